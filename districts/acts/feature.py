"""The feature of recorded acts of a district."""

from django.urls import path

from districts.acts import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "special-plan#登记城区": (
            path("<slug:code>/acts/", views.act_list, name="act_list"),
            path("<slug:code>/drop/", views.district_drop, name="district_drop"),
            path("<slug:code>/acts/<slug:kind>/", views.act_record, name="act_record"),
        ),
    },
    acts={
        "districts.act": RecordedAct("登记城区事项", (Role.CITY_OFFICER, Role.PREPARER, Role.REVIEWER, Role.AUTHORITY)),
        "districts.unregister": RecordedAct("撤销城区登记", (Role.CITY_OFFICER, Role.PREPARER)),
    },
)
