"""The feature of who is at which step."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.pilot_progress import views

FEATURE = Feature(
    pages={
        "obligations#谁在哪一步": (
            path("progress/", views.pilot_progress, name="pilot_progress"),
            path("progress/export/", views.pilot_progress_export, name="pilot_progress_export"),
        ),
    },
)
