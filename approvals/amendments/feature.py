"""The feature of amendments of announcements."""

from django.urls import path

from approvals.amendments import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "publicity#更正和撤回": (
            path("announcements/<int:pk>/amendments/", views.amendments, name="amendments"),
            path("announcements/<int:pk>/amendments/act/", views.amendments_act, name="amendments_act"),
        ),
    },
    acts={
        "amendment.propose": RecordedAct("提出更正或撤回公告", (Role.CITY_OFFICER,)),
    },
    decisive=(
        "amendment.approve",
        "amendment.publish",
    ),
)
