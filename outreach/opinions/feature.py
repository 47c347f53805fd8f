"""The feature of opinions of the public."""

from django.urls import path

from greendistrict.accounts.enums import CITY, Role
from greendistrict.core.features import Feature, MenuEntry, RecordedAct
from outreach.opinions import views as city
from outreach.opinions import views as public

FEATURE = Feature(
    pages={
        "publicity#意见与异议": (
            path("opinions/", public.opinions, name="opinions"),
            path("opinions/new/", public.opinion_on_programme, name="opinion_on_programme"),
            path("opinions/new/districts/<slug:code>/", public.opinion_on_district, name="opinion_on_district"),
            path("opinions/new/notices/<int:pk>/", public.opinion_on_notice, name="opinion_on_notice"),
            path("opinions/receipt/", public.opinion_receipt, name="opinion_receipt"),
            path("opinions/all/", city.opinion_list, name="opinion_list"),
            path("opinions/<int:pk>/", city.opinion, name="opinion"),
            path("opinions/<int:pk>/aside/", city.opinion_aside, name="opinion_aside"),
            path("opinions/<int:pk>/summary/", city.opinion_summary, name="opinion_summary"),
            path("opinions/<int:pk>/withdraw/", city.opinion_withdraw, name="opinion_withdraw"),
            path("opinions/<int:pk>/contact/", city.opinion_contact, name="opinion_contact"),
        ),
    },
    acts={
        "outreach.answer_opinion": RecordedAct("答复公众意见", (Role.CITY_OFFICER,)),
        "outreach.publish_opinion": RecordedAct("公开意见摘要", (Role.CITY_OFFICER,)),
        "outreach.reveal_contact": RecordedAct("查看意见提出人的联系方式", (Role.CITY_OFFICER,)),
        "outreach.set_opinion_aside": RecordedAct("公众意见不予办理", (Role.CITY_OFFICER,)),
        "outreach.withdraw_summary": RecordedAct("撤下意见摘要", (Role.CITY_OFFICER,)),
    },
    menu=(MenuEntry("公众与交流", 10, "公众意见", "outreach:opinion_list", CITY),),
)
