"""The feature of exchange events: sign-up, attendance, materials."""

from django.urls import path

from greendistrict.accounts.menu_roles import BUSINESS
from greendistrict.core.features import Feature, MenuEntry, RecordedAct
from outreach.exchange.models import ORGANISERS, TAKERS
from outreach.exchange.selectors import tasks_for
from outreach.exchange.views import inner, public

FEATURE = Feature(
    pages={
        "exchange#报名": (
            path("exchange/all/", inner.event_list, name="event_list"),
            path("exchange/all/<int:pk>/", inner.event, name="event"),
            path("exchange/all/<int:pk>/sign-up/", inner.event_sign_up, name="event_sign_up"),
            path("exchange/all/<int:pk>/withdraw/", inner.event_withdraw, name="event_withdraw"),
            path("exchange/all/<int:pk>/rating/", inner.event_rate, name="event_rate"),
        ),
        "exchange#怎样组织": (
            path("exchange/new/", inner.event_open, name="event_open"),
            path("exchange/all/<int:pk>/save/", inner.event_save, name="event_save"),
            path("exchange/all/<int:pk>/agenda/", inner.event_row_add, name="event_row_add"),
            path("exchange/all/<int:pk>/agenda/<int:row>/drop/", inner.event_row_drop, name="event_row_drop"),
            path("exchange/all/<int:pk>/files/", inner.event_file_add, name="event_file_add"),
            path("exchange/all/<int:pk>/files/<uuid:key>/drop/", inner.event_file_drop, name="event_file_drop"),
            path("exchange/all/<int:pk>/drop/", inner.event_drop, name="event_drop"),
            path("exchange/all/<int:pk>/action/", inner.event_action, name="event_action"),
            path("exchange/all/<int:pk>/people/<int:row>/strike/", inner.event_strike, name="event_strike"),
            path("exchange/all/<int:pk>/people/<int:row>/contact/", inner.event_contact, name="event_contact"),
        ),
        "exchange#到场和评价": (path("exchange/all/<int:pk>/attendance/", inner.event_mark, name="event_mark"),),
        "exchange#记入运营台账": (path("exchange/all/<int:pk>/ledger/<int:district>/", inner.event_take, name="event_take"),),
    },
    public={
        "exchange#公开的活动": (
            path("exchange/", public.events, name="events"),
            path("exchange/rss.xml", public.rss, name="event_rss"),
            path("exchange/atom.xml", public.atom, name="event_atom"),
            path("exchange/<int:pk>/", public.event_public, name="event_public"),
            path("exchange/<int:pk>/event.ics", public.event_calendar, name="event_calendar"),
            path("exchange/<int:pk>/files/<uuid:key>/", public.event_file, name="event_file"),
        ),
        "exchange#报名": (
            path("exchange/receipt/", public.sign_up_receipt, name="sign_up_receipt"),
            path("exchange/<int:pk>/sign-up/", public.event_sign_up_public, name="event_sign_up_public"),
        ),
    },
    acts={
        "exchange_event.drop": RecordedAct("删除交流活动", ORGANISERS),
        "exchange_event.drop_material": RecordedAct("删除活动材料", ORGANISERS),
        "exchange_event.drop_row": RecordedAct("删除活动议程", ORGANISERS),
        "exchange_event.mark": RecordedAct("登记活动到场", ORGANISERS),
        "exchange_event.open": RecordedAct("建立交流活动", ORGANISERS),
        "exchange_event.reveal_contact": RecordedAct("查看报名人的联系方式"),
        "exchange_event.sign_up": RecordedAct("报名交流活动"),
        "exchange_event.strike": RecordedAct("活动报名不予接受", ORGANISERS),
        "exchange_event.take": RecordedAct("培训活动记入运营台账", TAKERS),
        "exchange_event.withdraw": RecordedAct("取消活动报名"),
    },
    decisive=("exchange_event.publish",),
    menu=(MenuEntry("公众与交流", 50, "交流活动", "outreach:event_list", BUSINESS),),
    tasks=(tasks_for,),
    proof=("event_contact",),
)
