"""Addresses of a score table as a workbook."""

from django.urls import URLPattern, path

from assessments.workbook.views import workbooks

urlpatterns: list[URLPattern] = [
    path("tables/<int:pk>/export/", workbooks.table_export, name="table_export"),
    path("tables/<int:pk>/import/", workbooks.table_import, name="table_import"),
    path("tables/<int:pk>/import/apply/", workbooks.table_import_apply, name="table_import_apply"),
]
