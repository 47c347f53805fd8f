"""The feature of operations."""

from django.urls import path

from greendistrict.accounts.enums import KEEPERS, Role
from greendistrict.core.features import Feature, MenuEntry
from portal.operations import views

FEATURE = Feature(
    pages={
        "keepers#运行状况": (
            path("operations/", views.operations, name="operations"),
            path("operations/messages/", views.all_given_up, name="all_given_up"),
            path("operations/messages/<int:pk>/", views.given_up_message, name="given_up_message"),
            path("operations/outages/", views.outages, name="outages"),
        ),
        "keepers#材料存储": (path("operations/storage/", views.storage, name="storage"),),
    },
    public={
        "": (path("metrics", views.metrics, name="metrics"),),
    },
    menu=(MenuEntry("系统", 60, "运行状况", "portal:operations", frozenset({Role.SYSTEM_KEEPER}), daily=KEEPERS),),
    proof_to_send=("all_given_up", "given_up_message", "outages", "storage"),
)
