"""The feature of the evidence of a clause."""

from django.urls import path

from assessments.evidence import views
from assessments.tables.models import FILLERS
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "score-table#佐证": (
            path("tables/<int:pk>/files/", views.table_files, name="table_files"),
            path("tables/<int:pk>/rows/<str:item_id>/evidence/", views.row_evidence, name="row_evidence"),
            path("tables/<int:pk>/rows/<str:item_id>/evidence/arrived/", views.row_evidence_arrived, name="row_evidence_arrived"),
            path("tables/<int:pk>/rows/<str:item_id>/evidence/<int:link>/remove/", views.row_evidence_step, name="row_evidence_remove"),
            path("shares/<int:pk>/rows/<str:item_id>/evidence/", views.row_evidence, {"where": "share"}, name="share_evidence"),
            path(
                "shares/<int:pk>/rows/<str:item_id>/evidence/arrived/",
                views.row_evidence_arrived,
                {"where": "share"},
                name="share_evidence_arrived",
            ),
            path(
                "shares/<int:pk>/rows/<str:item_id>/evidence/<int:link>/remove/",
                views.row_evidence_step,
                {"where": "share"},
                name="share_evidence_remove",
            ),
        ),
    },
    acts={
        "row_evidence.add": RecordedAct("挂接佐证", FILLERS),
        "row_evidence.describe": RecordedAct("登记佐证材料页码、位置和有效期", FILLERS),
        "row_evidence.remove": RecordedAct("取下佐证", FILLERS),
        "row_evidence.take_list": RecordedAct("取平台的清单作为佐证", FILLERS),
        "row_evidence.replace": RecordedAct("替换佐证材料", FILLERS),
    },
)
