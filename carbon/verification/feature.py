"""The feature of carbon verifications by a third party."""

from django.urls import path

from carbon.verification import views
from carbon.verification.selectors import tasks_for
from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import FILING
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "carbon#核查": (
            path("verifications/", views.verification_list, name="verification_list"),
            path("verifications/of/<int:pk>/", views.verification_open, name="verification_open"),
            path("verifications/<int:pk>/", views.verification, name="verification"),
            path("verifications/<int:pk>/save/", views.verification_save, name="verification_save"),
            path("verifications/<int:pk>/file/", views.verification_file, name="verification_file"),
            path("verifications/<int:pk>/findings/", views.verification_find, name="verification_find"),
            path("verifications/<int:pk>/findings/<int:order>/reply/", views.verification_reply, name="verification_reply"),
            path("verifications/<int:pk>/findings/<int:order>/settle/", views.verification_settle, name="verification_settle"),
            path("verifications/<int:pk>/action/", views.verification_action, name="verification_action"),
        ),
    },
    acts={
        "carbon.find": RecordedAct("提出核查发现"),
        "carbon.mandate": RecordedAct("委托碳排放核查", (Role.AUTHORITY,)),
        "carbon.reply_finding": RecordedAct("答复核查发现", (Role.PREPARER, Role.CONSULTANT)),
        "carbon.settle_finding": RecordedAct("关闭核查发现"),
    },
    menu=(
        MenuEntry(
            "碳排放与运营",
            30,
            "碳核查委托",
            "carbon:verification_list",
            (FILING - {Role.BUREAU}) | {Role.VERIFIER},
            daily=frozenset({Role.AUTHORITY, Role.VERIFIER}),
        ),
    ),
    tasks=(tasks_for,),
)
