"""The feature of the list of districts, its export, a district's file and parties."""

from django.urls import path

from districts.file.views import lists, parties
from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import BUSINESS
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "special-plan#登记城区": (
            path("", lists.district_list, name="district_list"),
            path("export/", lists.district_export, name="district_export"),
            path("authorities/<int:pk>/body/", parties.designated_body, name="designated_body"),
            path("<slug:code>/file/", parties.district_file, name="district_file"),
            path("<slug:code>/file/<slug:kind>/new/", parties.entry_edit, name="entry_create"),
            path("<slug:code>/file/<slug:kind>/<int:pk>/", parties.entry_edit, name="entry_edit"),
            path("<slug:code>/file/<slug:kind>/<int:pk>/drop/", parties.entry_drop, name="entry_drop"),
        ),
    },
    acts={
        "districts.designate": RecordedAct("登记区专门机构", (Role.AUTHORITY, Role.CITY_OFFICER)),
        "districts.drop_entry": RecordedAct("删除城区档案条目", (Role.PREPARER, Role.CONSULTANT)),
        "districts.export": RecordedAct("导出城区列表"),
        "districts.save_entry": RecordedAct("保存城区档案条目", (Role.PREPARER, Role.CONSULTANT)),
    },
    menu=(MenuEntry("城区", 10, "城区", "districts:district_list", BUSINESS - {Role.EXPERT}, daily=BUSINESS - {Role.EXPERT}),),
    closed_to_experts=("district_export",),
)
