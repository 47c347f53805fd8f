"""Addresses of editions of the standard."""

from django.urls import URLPattern, path

from indicators.editions.views import editions, keeping

urlpatterns: list[URLPattern] = [
    path("", editions.edition_list, name="edition_list"),
    path("import/", keeping.edition_import, name="edition_import"),
    path("template/", keeping.edition_template, name="edition_template"),
    path("clauses/<int:pk>/", editions.clause, name="clause"),
    path("<int:pk>/", editions.edition_detail, name="edition_detail"),
    path("<int:pk>/step/", keeping.edition_action, name="edition_action"),
    path("<int:pk>/yaml/", keeping.edition_yaml, name="edition_yaml"),
    path("<int:pk>/workbook/", keeping.edition_workbook, name="edition_workbook"),
]
