"""The feature of one's own personal data."""

from django.urls import path

from greendistrict.accounts.menu_roles import EVERYBODY
from greendistrict.core.features import OWN, Feature, MenuEntry, RecordedAct
from portal.personal import views

FEATURE = Feature(
    pages={
        "basics#个人信息": (
            path("personal/", views.personal, name="personal"),
            path("personal/export/", views.personal_export, name="personal_export"),
            path("personal/correction/", views.personal_correction, name="personal_correction"),
            path("personal/notice/", views.privacy_notice, name="privacy_notice"),
        ),
        "keepers#账号": (path("personal/people/<int:pk>/", views.contact, name="contact"),),
    },
    acts={
        "personal.agree": RecordedAct("阅读个人信息处理告知"),
        "personal.ask_correction": RecordedAct("申请更正个人信息"),
        "personal.drop": RecordedAct("删除到期的个人信息"),
        "personal.export": RecordedAct("导出本人信息"),
        "personal.reveal": RecordedAct("查看联系方式全号"),
    },
    menu=(MenuEntry(OWN, 150, "个人信息", "portal:personal", EVERYBODY),),
    proof=("contact", "personal_export"),
)
