"""The feature of answering findings."""

from django.urls import path

from assessments.findings import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "score-table#提交前核对": (
            path("tables/<int:pk>/check/answer/", views.finding_answer, name="finding_answer"),
            path("tables/<int:pk>/check/confirm/", views.finding_confirm, name="finding_confirm"),
        ),
    },
)
