"""The feature of progress of the action plan that is released to the public."""

from django.urls import path

from beautiful.plans.models import SEAT
from beautiful.releases import views
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "beautiful#公开进展": (
            path("plans/<int:pk>/releases/", views.progress_releases, name="progress_releases"),
            path("plans/<int:pk>/releases/<int:year>/<int:quarter>/", views.progress_release, name="progress_release"),
            path("plans/<int:pk>/releases/<int:year>/<int:quarter>/withdraw/", views.progress_withdraw, name="progress_withdraw"),
        ),
    },
    public={
        "beautiful#公开进展": (
            path("progress/", views.public_progress, name="public_progress"),
            path("progress/<int:pk>/", views.public_quarter, name="public_quarter"),
        ),
    },
    acts={
        "beautiful.release_progress": RecordedAct("公开行动计划季度进展", SEAT),
        "beautiful.withdraw_progress": RecordedAct("撤回行动计划季度进展的公开", SEAT),
    },
    decisive=("progress.release",),
)
