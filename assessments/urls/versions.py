"""Addresses of a score table's versions: compared, given up, the history of its cells."""

from django.urls import URLPattern, path

from assessments.versions.views import versions

urlpatterns: list[URLPattern] = [
    path("tables/<int:pk>/compare/", versions.table_compare, name="table_compare"),
    path("tables/<int:pk>/history/", versions.table_history, name="table_history"),
    path("tables/<int:pk>/rows/<str:item_id>/history/", versions.row_history, name="row_history"),
    path("tables/<int:pk>/versions/<int:number>/restore/", versions.table_restore, name="table_restore"),
]
