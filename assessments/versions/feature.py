"""The feature of versions of a score table: comparison, discarding changes, receipts, history of cells."""

from django.urls import path

from assessments.tables.models import FILLERS
from assessments.versions import views
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "score-table#回执": (
            path("tables/<int:pk>/versions/<int:number>/receipt/", views.table_receipt, name="table_receipt"),
            path("tables/<int:pk>/versions/<int:number>/receipt/file/", views.receipt_file, name="receipt_file"),
            path("tables/<int:pk>/versions/<int:number>/receipt/key/", views.receipt_key, name="receipt_key"),
        ),
        "score-table#提交版本": (
            path("tables/<int:pk>/compare/", views.table_compare, name="table_compare"),
            path("tables/<int:pk>/versions/<int:number>/restore/", views.table_restore, name="table_restore"),
        ),
        "score-table#填写": (
            path("tables/<int:pk>/history/", views.table_history, name="table_history"),
            path("tables/<int:pk>/rows/<str:item_id>/history/", views.row_history, name="row_history"),
        ),
    },
    acts={
        "score_table.freeze": RecordedAct("冻结评分表版本"),
        "table.restore": RecordedAct("放弃改动，恢复到已提交的版本", FILLERS),
    },
)
