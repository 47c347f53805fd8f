"""The feature of titles."""

from django.urls import path

from approvals.titles import views
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.menu_roles import FILING
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "verification#城区和称号": (
            path("titles/", views.title_list, name="title_list"),
            path("titles/export/", views.title_export, name="title_export"),
            path("titles/<int:pk>/", views.title_detail, name="title"),
        ),
    },
    acts={
        "title.carry_out": RecordedAct("称号恢复执行", (Role.CITY_OFFICER,)),
        "title.end": RecordedAct("终止称号"),
        "title.grant": RecordedAct("授予称号"),
        "title.pass_on": RecordedAct("称号责任单位变更"),
        "title.record": RecordedAct("补录称号"),
        "title.restore": RecordedAct("恢复称号"),
        "title.stay": RecordedAct("称号停止执行", (Role.CITY_OFFICER,)),
        "titles.export": RecordedAct("导出称号"),
    },
    menu=(MenuEntry("申报与验收", 20, "称号", "approvals:title_list", FILING, daily=CITY | {Role.PARTNER}),),
)
