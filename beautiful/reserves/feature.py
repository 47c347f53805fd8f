"""The feature of the reserve libraries."""

from django.urls import path

from beautiful.reserves import views
from beautiful.reserves.models import PROPOSERS
from beautiful.reserves.selectors import tasks_for
from greendistrict.accounts.enums import CITY, Role
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "beautiful#项目储备库": (
            path("reserves/", views.reserve_list, name="reserve_list"),
            path("reserves/new/", views.reserve_open, name="reserve_open"),
            path("reserves/export/", views.reserve_export, name="reserve_export"),
            path("reserves/<int:pk>/", views.reserve, name="reserve"),
            path("reserves/<int:pk>/save/", views.reserve_save, name="reserve_save"),
            path("reserves/<int:pk>/drop/", views.reserve_drop, name="reserve_drop"),
            path("reserves/<int:pk>/entry/", views.reserve_enter, name="reserve_enter"),
            path("reserves/<int:pk>/action/", views.reserve_action, name="reserve_action"),
        ),
    },
    acts={
        "reserve.drop": RecordedAct("删除储备项目草稿", PROPOSERS),
        "reserve.export": RecordedAct("导出储备项目列表"),
        "reserve.open": RecordedAct("建立储备项目", PROPOSERS),
    },
    menu=(
        MenuEntry(
            "美丽上海", 40, "项目储备库", "beautiful:reserve_list", CITY | {Role.PARTNER, Role.AUTHORITY}, daily=frozenset({Role.PARTNER})
        ),
    ),
    tasks=(tasks_for,),
)
