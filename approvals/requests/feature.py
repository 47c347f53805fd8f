"""The feature of extensions and rectifications."""

from django.urls import path

from approvals.requests import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "change#延期": (
            path("<int:pk>/extension/", views.extension_ask, name="extension_ask"),
            path("<int:pk>/asked/<slug:kind>/<int:asked>/", views.asked_step, name="asked_step"),
        ),
        "change#更正": (path("<int:pk>/rectification/", views.rectification_propose, name="rectification_propose"),),
    },
    acts={
        "approvals.enter": RecordedAct("代录", (Role.CITY_OFFICER,)),
        "extension.ask": RecordedAct("申请延期", (Role.REVIEWER, Role.CITY_OFFICER)),
        "rectification.propose": RecordedAct("提出更正", (Role.CITY_OFFICER,)),
        "rectification.write": RecordedAct("写入更正", (Role.CITY_OFFICER,)),
    },
    decisive=("rectification.rectify",),
)
