"""The feature of the profile: registration, data, consultants."""

from django.urls import path

from districts.profile import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import PALETTE, Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "special-plan#登记城区": (
            path("new/", views.district_create, name="district_create"),
            path("<slug:code>/profile/", views.profile_edit, name="profile_edit"),
            path("<slug:code>/profile/consultants/", views.mandate_add, name="mandate_add"),
            path("<slug:code>/profile/consultants/<int:pk>/end/", views.mandate_end, name="mandate_end"),
        ),
    },
    acts={
        "districts.authorise_consultant": RecordedAct("授权咨询单位", (Role.PREPARER, Role.REVIEWER)),
        "districts.end_mandate": RecordedAct("终止咨询授权", (Role.PREPARER, Role.REVIEWER)),
        "districts.register": RecordedAct("登记城区", (Role.PREPARER, Role.CITY_OFFICER)),
        "districts.save_profile": RecordedAct("保存城区资料", (Role.PREPARER, Role.CONSULTANT)),
    },
    menu=(MenuEntry(PALETTE, 30, "登记城区", "districts:district_create", frozenset({Role.PREPARER, Role.CITY_OFFICER})),),
)
