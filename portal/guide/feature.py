"""The feature of the guide."""

from django.urls import path

from greendistrict.accounts.enums import KEEPERS, Role
from greendistrict.accounts.menu_roles import BUSINESS, FILLING
from greendistrict.core.features import Feature, MenuEntry
from portal.guide import views

FEATURE = Feature(
    public={
        "basics": (
            path("guide/", views.guide, name="guide"),
            path("guide/<slug:slug>/", views.guide_page, name="guide_page"),
            path("guide/forms/<str:kind>/<slug:key>/<slug:which>/", views.guide_form, name="guide_form"),
        ),
    },
    menu=(
        MenuEntry("标准与政策", 40, "办事指南", "portal:guide", BUSINESS, daily=FILLING | {Role.EXPERT, Role.VERIFIER}),
        MenuEntry("系统", 160, "使用帮助", "portal:guide", KEEPERS, daily=KEEPERS),
    ),
)
