"""URLs of versions of a score table: comparison, discarding changes, receipts, history of cells."""

from django.urls import URLPattern, path

from assessments.versions.views import receipts, versions

urlpatterns: list[URLPattern] = [
    path("tables/<int:pk>/versions/<int:number>/receipt/", receipts.table_receipt, name="table_receipt"),
    path("tables/<int:pk>/versions/<int:number>/receipt/file/", receipts.receipt_file, name="receipt_file"),
    path("tables/<int:pk>/versions/<int:number>/receipt/key/", receipts.receipt_key, name="receipt_key"),
    path("tables/<int:pk>/compare/", versions.table_compare, name="table_compare"),
    path("tables/<int:pk>/history/", versions.table_history, name="table_history"),
    path("tables/<int:pk>/rows/<str:item_id>/history/", versions.row_history, name="row_history"),
    path("tables/<int:pk>/versions/<int:number>/restore/", versions.table_restore, name="table_restore"),
]
