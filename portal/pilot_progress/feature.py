"""The feature of the progress of pilots: which district is at which step."""

from django.urls import path

from greendistrict.core.features import Feature, RecordedAct
from portal.pilot_progress import views

FEATURE = Feature(
    pages={
        "obligations#谁在哪一步": (
            path("progress/", views.pilot_progress, name="pilot_progress"),
            path("progress/export/", views.pilot_progress_export, name="pilot_progress_export"),
        ),
    },
    acts={
        "portal.export_progress": RecordedAct("导出谁在哪一步"),
    },
)
