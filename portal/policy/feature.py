"""The feature of the policy: its rules in words and the check of a district against them."""

from django.urls import path

from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import BUSINESS, FILLING, WATCHING
from greendistrict.core.features import Feature, MenuEntry, RecordedAct
from portal.policy import views

RULES = Feature(
    namespace="policy",
    pages={
        "standards#政策条款": (path("", views.rule_list, name="rule_list"),),
    },
    menu=(MenuEntry("标准与政策", 20, "政策条款", "policy:rule_list", BUSINESS, daily=BUSINESS - FILLING),),
)
FEATURE = Feature(
    pages={
        "standards#政策条款": (
            path("policy-check/", views.policy_check, name="policy_check"),
            path("policy-check/export/", views.policy_check_export, name="policy_check_export"),
            path("policy-check/<str:rule>/", views.policy_rule, name="policy_rule"),
        ),
    },
    public={
        "verification#政策和标准": (
            path("public-policy/", views.public_policy, name="public_policy"),
            path("public-policy/layers/", views.public_layers, name="public_layers"),
        ),
    },
    acts={
        "policy.export_check": RecordedAct("导出条款核对"),
    },
    menu=(MenuEntry("标准与政策", 30, "条款核对", "portal:policy_check", WATCHING - {Role.BUREAU}),),
)
