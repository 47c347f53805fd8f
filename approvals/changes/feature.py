"""The feature of changes of a title."""

from django.urls import path

from approvals.changes import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "change#怎样办": (
            path("changes/start/", views.change_start, name="change_start"),
            path("<int:pk>/change/", views.change_edit, name="change_edit"),
        ),
    },
)
