"""The feature of indicators by area."""

from django.urls import path

from beautiful.area_indicators import views
from beautiful.area_indicators.selectors import tasks_for
from beautiful.plans.models import SEAT
from greendistrict.accounts.enums import CITY
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "beautiful#重点领域指标": (
            path("areas/", views.area_overview, name="area_overview"),
            path("areas/links/", views.area_links, name="area_links"),
            path("areas/links/<int:pk>/check/", views.area_link_check, name="area_link_check"),
            path("areas/links/<int:pk>/return/", views.area_link_return, name="area_link_return"),
            path("areas/figures/<int:pk>/check/", views.area_figure_check, name="area_figure_check"),
            path("areas/figures/<int:pk>/withdraw/", views.area_figure_withdraw, name="area_figure_withdraw"),
            path("areas/<slug:key>/", views.area, name="area"),
            path("areas/<slug:key>/figures/new/", views.area_figure_add, name="area_figure_add"),
        ),
    },
    acts={
        "beautiful.check_figure": RecordedAct("核对重点领域市级指标", CITY),
        "beautiful.check_link": RecordedAct("核对方面与重点领域的对应", CITY),
        "beautiful.decide_link": RecordedAct("登记方面与重点领域的对应", SEAT),
        "beautiful.record_figure": RecordedAct("登记重点领域市级指标", SEAT),
        "beautiful.return_link": RecordedAct("退回方面与重点领域的对应", CITY),
        "beautiful.withdraw_figure": RecordedAct("撤销重点领域市级指标", SEAT),
    },
    menu=(MenuEntry("美丽上海", 30, "重点领域指标", "beautiful:area_overview", CITY),),
    tasks=(tasks_for,),
)
