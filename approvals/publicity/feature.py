"""The feature of notices and announcements."""

from django.urls import path

from approvals.publicity import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "publicity#怎样办": (
            path("<int:pk>/notice/extend/", views.case_extend_notice, name="case_extend_notice"),
            path("<int:pk>/objections/<int:objection>/", views.objection_answer, name="objection_answer"),
            path("<int:pk>/objections/<int:objection>/contact/", views.objection_contact, name="objection_contact"),
            path("announcements/", views.announcement_list, name="announcement_list"),
            path("announcements/new/", views.announcement_create, name="announcement_create"),
            path("announcements/<int:pk>/edit/", views.announcement_edit, name="announcement_edit"),
            path("announcements/<int:pk>/publish/", views.announcement_publish, name="announcement_publish"),
        ),
    },
    public={
        "publicity#怎样办": (
            path("announcements/<int:pk>/", views.announcement, name="announcement"),
            path("notices/<int:pk>/", views.notice, name="notice"),
        ),
    },
    acts={
        "announcement.create": RecordedAct("建立公告批次"),
        "announcement.save": RecordedAct("暂存公告批次"),
        "notice.answer_objection": RecordedAct("答复公示意见", (Role.CITY_OFFICER,)),
        "notice.extend": RecordedAct("延长公示", (Role.CITY_OFFICER,)),
        "notice.reveal_contact": RecordedAct("查看公示意见提出人的联系方式"),
    },
    decisive=(
        "announcement.approve",
        "announcement.publish",
    ),
    proof=("objection_contact",),
    recorded={"objection_answer": "公示意见"},
)
