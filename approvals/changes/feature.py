"""The feature of changes of a title."""

from django.urls import path

from approvals.changes import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import PALETTE, Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "change#怎样办": (
            path("changes/start/", views.change_start, name="change_start"),
            path("<int:pk>/change/", views.change_edit, name="change_edit"),
        ),
    },
    acts={
        "change.apply": RecordedAct("变更生效"),
        "change.start": RecordedAct("提出变更", (Role.PREPARER, Role.CITY_OFFICER)),
    },
    decisive=(
        "change.approve",
        "change.decide",
        "change.refuse",
    ),
    menu=(MenuEntry(PALETTE, 20, "申请变更", "approvals:change_start", frozenset({Role.PREPARER})),),
    closed_to_experts=("change_start",),
)
