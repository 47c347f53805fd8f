"""The feature of the control of plots and the opinions asked for."""

from django.urls import path

from districts.plots.views import control
from districts.plots.views import opinions as plot_opinions
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "plot-control#补录": (path("<slug:code>/plots/backfill/", control.plot_backfill, name="plot_backfill"),),
        "plot-control#地块管控": (
            path("<slug:code>/plots/<int:pk>/control/", control.plot_control, name="plot_control"),
            path("<slug:code>/plots/<int:pk>/control/open/", control.plot_open, name="plot_open"),
            path("<slug:code>/plots/<int:pk>/control/step/<slug:action>/", control.plot_step, name="plot_step"),
            path("<slug:code>/plots/<int:pk>/exception/", control.plot_exception, name="plot_exception"),
            path("<slug:code>/plots/<int:pk>/control/values/", control.plot_values, name="plot_values"),
            path("<slug:code>/plots/<int:pk>/control/checks/", control.plot_check, name="plot_check"),
        ),
        "plot-control#征询意见": (
            path("<slug:code>/plots/<int:pk>/control/ask/", control.plot_ask, name="plot_ask"),
            path("<slug:code>/plots/<int:pk>/control/opinions/", control.plot_opinions, name="plot_opinions"),
            path("<slug:code>/plots/opinions/<int:pk>/", plot_opinions.opinion_answer, name="opinion_answer"),
        ),
    },
    acts={
        "districts.add_check": RecordedAct("登记部门审查", (Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY)),
        "districts.answer_opinion": RecordedAct("答复地块征询", (Role.BUREAU, Role.AUTHORITY, Role.CITY_OFFICER)),
        "districts.ask_opinions": RecordedAct("征询部门意见", (Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY)),
        "districts.open_control": RecordedAct("启动地块管控", (Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY)),
        "districts.plot_backfill": RecordedAct("登记补录地块的理由和证明", (Role.PREPARER, Role.CONSULTANT)),
        "districts.plot_exception": RecordedAct("同意设计差于要求的例外", (Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY)),
        "districts.plot_values": RecordedAct("填写地块绿色生态指标", (Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY)),
    },
)
