"""Addresses of the workbook of areas."""

from django.urls import URLPattern, path

from beautiful.area_export import views

urlpatterns: list[URLPattern] = [
    path("areas/export/", views.area_export, name="areas_export"),
    path("areas/<slug:key>/export/", views.area_export, name="area_export"),
]
