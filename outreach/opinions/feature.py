"""The feature of opinions of the public."""

from django.urls import path

from greendistrict.accounts.enums import CITY, Role
from greendistrict.core.features import Feature, MenuEntry, RecordedAct
from outreach.opinions import views
from outreach.opinions.selectors import tasks_for

FEATURE = Feature(
    pages={
        "publicity#意见与异议": (
            path("opinions/all/", views.opinion_list, name="opinion_list"),
            path("opinions/<int:pk>/", views.opinion, name="opinion"),
            path("opinions/<int:pk>/aside/", views.opinion_aside, name="opinion_aside"),
            path("opinions/<int:pk>/summary/", views.opinion_summary, name="opinion_summary"),
            path("opinions/<int:pk>/withdraw/", views.opinion_withdraw, name="opinion_withdraw"),
            path("opinions/<int:pk>/contact/", views.opinion_contact, name="opinion_contact"),
        ),
    },
    public={
        "publicity#意见与异议": (
            path("opinions/", views.opinions, name="opinions"),
            path("opinions/new/", views.opinion_on_programme, name="opinion_on_programme"),
            path("opinions/new/districts/<slug:code>/", views.opinion_on_district, name="opinion_on_district"),
            path("opinions/new/notices/<int:pk>/", views.opinion_on_notice, name="opinion_on_notice"),
            path("opinions/receipt/", views.opinion_receipt, name="opinion_receipt"),
        ),
    },
    acts={
        "outreach.answer_opinion": RecordedAct("答复公众意见", (Role.CITY_OFFICER,)),
        "outreach.publish_opinion": RecordedAct("公开意见摘要", (Role.CITY_OFFICER,)),
        "outreach.reveal_contact": RecordedAct("查看意见提出人的联系方式", (Role.CITY_OFFICER,)),
        "outreach.set_opinion_aside": RecordedAct("公众意见不予办理", (Role.CITY_OFFICER,)),
        "outreach.withdraw_summary": RecordedAct("撤下意见摘要", (Role.CITY_OFFICER,)),
    },
    menu=(MenuEntry("公众与交流", 10, "公众意见", "outreach:opinion_list", CITY, daily=frozenset({Role.CITY_OFFICER})),),
    tasks=(tasks_for,),
    proof=("opinion_contact",),
    recorded={"opinion": "公众意见"},
)
