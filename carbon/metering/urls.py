"""Addresses of the meters of a district."""

from django.urls import URLPattern, path

from carbon.metering.views import board, keeping

urlpatterns: list[URLPattern] = [
    path("districts/<slug:code>/metering/", board.metering_board, name="metering_board"),
    path("districts/<slug:code>/metering/export/", board.metering_export, name="metering_export"),
    path("districts/<slug:code>/metering/tokens/", keeping.meter_tokens, name="meter_tokens"),
    path("districts/<slug:code>/metering/readings/", keeping.reading_upload, name="reading_upload"),
    path("districts/<slug:code>/metering/readings/template/", keeping.reading_template, name="reading_template"),
    path("districts/<slug:code>/metering/readings/<int:pk>/", keeping.reading_import, name="reading_import"),
    path("districts/<slug:code>/meters/", board.meters, name="meter_list"),
    path("districts/<slug:code>/meters/create/", keeping.meter_edit, name="meter_create"),
    path("districts/<slug:code>/meters/<int:pk>/", board.meter_page, name="meter"),
    path("districts/<slug:code>/meters/<int:pk>/edit/", keeping.meter_edit, name="meter_edit"),
    path("districts/<slug:code>/meters/<int:pk>/delete/", keeping.meter_delete, name="meter_delete"),
    path("districts/<slug:code>/meters/<int:pk>/estimate/", keeping.gap_fill, name="gap_fill"),
]
