"""The feature of answering findings."""

from django.urls import path

from assessments.findings import views
from assessments.tables.models import FILLERS
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "score-table#提交前核对": (
            path("tables/<int:pk>/check/answer/", views.finding_answer, name="finding_answer"),
            path("tables/<int:pk>/check/confirm/", views.finding_confirm, name="finding_confirm"),
        ),
    },
    acts={
        "score_table.answer": RecordedAct("说明合理性检查提示", FILLERS),
        "score_table.unchanged": RecordedAct("声明无变化", FILLERS),
    },
)
