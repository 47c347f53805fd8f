"""The feature of obligations."""

from django.urls import path

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.menu_roles import BUSINESS, WATCHING
from greendistrict.core.features import OWN, PALETTE, Feature, MenuEntry, RecordedAct
from obligations import calendar_views, views, waiver_views
from obligations.waivers import waiver_tasks

FEATURE = Feature(
    pages={
        "obligations#到期事项": (
            path("", views.obligation_list, name="obligation_list"),
            path("export/", views.obligation_export, name="obligation_export"),
            path("<str:key>/", calendar_views.obligation_detail, name="obligation_detail"),
        ),
        "obligations#日历": (
            path("calendar/", calendar_views.duty_calendar, name="duty_calendar"),
            path("feed/", calendar_views.feed_settings, name="feed_settings"),
        ),
        "obligations#关注": (
            path("watches/", calendar_views.watch_list, name="watch_list"),
            path("watches/export/", calendar_views.watch_export, name="watch_export"),
        ),
        "obligations#延期和免报": (
            path("batch/", views.obligation_batch, name="obligation_batch"),
            path("<str:key>/decide/", views.obligation_decide, name="obligation_decide"),
            path("waivers/<int:pk>/check/", waiver_views.waiver_check, name="waiver_check"),
            path("waivers/<int:pk>/return/", waiver_views.waiver_return, name="waiver_return"),
        ),
        "obligations#催办": (path("urge/", views.obligation_urge, name="obligation_urge"),),
        "obligations#提醒": (path("<str:key>/reminders/", views.obligation_reminders, name="obligation_reminders"),),
    },
    public={
        "": (path("feed/<str:token>.ics", calendar_views.feed, name="feed"),),
    },
    acts={
        "obligations.check_waiver": RecordedAct("核对免报", CITY),
        "obligations.decide": RecordedAct("免报或延期"),
        "obligations.export": RecordedAct("导出到期事项"),
        "obligations.export_watches": RecordedAct("导出关注事项"),
        "obligations.make_feed": RecordedAct("生成日历订阅地址"),
        "obligations.outage": RecordedAct("登记平台停运"),
        "obligations.return_waiver": RecordedAct("退回免报", CITY),
        "obligations.revoke_feed": RecordedAct("收回日历订阅地址"),
        "obligations.urge": RecordedAct("催办"),
    },
    menu=(
        MenuEntry("到期", 10, "到期", "obligations:obligation_list", WATCHING, counter="due", daily=WATCHING),
        MenuEntry(OWN, 110, "日历订阅", "obligations:feed_settings", frozenset({Role.EXPERT})),
        MenuEntry(PALETTE, 80, "查看到期日历", "obligations:duty_calendar", BUSINESS),
        MenuEntry(PALETTE, 90, "查看关注事项", "obligations:watch_list", BUSINESS),
    ),
    tasks=(waiver_tasks,),
    proof=("feed_settings",),
)
