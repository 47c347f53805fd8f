"""The feature of requests for information."""

from django.urls import path

from greendistrict.accounts.enums import CITY, Role
from greendistrict.core.features import Feature, MenuEntry, RecordedAct
from outreach.disclosures import views
from outreach.disclosures.report_views import disclosure_report
from outreach.disclosures.selectors import tasks_for

FEATURE = Feature(
    pages={
        "publicity#依申请公开": (
            path("disclosures/all/", views.disclosure_list, name="disclosure_list"),
            path("disclosures/report/", disclosure_report, name="disclosure_report"),
            path("disclosures/<int:pk>/", views.disclosure, name="disclosure"),
            path("disclosures/<int:pk>/extend/", views.disclosure_extend, name="disclosure_extend"),
            path("disclosures/<int:pk>/completion/", views.disclosure_ask, name="disclosure_ask"),
            path("disclosures/<int:pk>/completed/", views.disclosure_completed, name="disclosure_completed"),
            path("disclosures/<int:pk>/given-up/", views.disclosure_given_up, name="disclosure_given_up"),
            path("disclosures/<int:pk>/third-party/", views.disclosure_third_party, name="disclosure_third_party"),
            path("disclosures/<int:pk>/files/", views.disclosure_file_add, name="disclosure_file_add"),
            path("disclosures/<int:pk>/files/<uuid:key>/drop/", views.disclosure_file_drop, name="disclosure_file_drop"),
            path("disclosures/<int:pk>/scans/", views.disclosure_scan, name="disclosure_scan"),
            path("disclosures/<int:pk>/served/", views.disclosure_served, name="disclosure_served"),
            path("disclosures/<int:pk>/remedies/", views.disclosure_contest, name="disclosure_contest"),
            path("disclosures/remedies/<int:pk>/", views.disclosure_remedy, name="disclosure_remedy"),
            path("disclosures/remedies/<int:pk>/act/", views.disclosure_remedy_act, name="disclosure_remedy_act"),
            path("disclosures/<int:pk>/identity/", views.disclosure_identity, name="disclosure_identity"),
        ),
    },
    public={
        "publicity#依申请公开": (
            path("disclosures/", views.disclosures, name="disclosures"),
            path("disclosures/new/", views.disclosure_new, name="disclosure_new"),
            path("disclosures/receipt/", views.disclosure_receipt, name="disclosure_receipt"),
            path("disclosures/receipt/complete/", views.disclosure_complete, name="disclosure_complete"),
            path("disclosures/receipt/file/", views.disclosure_hand_over, name="disclosure_hand_over"),
        ),
    },
    acts={
        "outreach.ask_completion": RecordedAct("告知补正政府信息公开申请", (Role.CITY_OFFICER,)),
        "outreach.ask_third_party": RecordedAct("登记征求第三方意见", (Role.CITY_OFFICER,)),
        "outreach.complete_disclosure": RecordedAct("补正政府信息公开申请", (Role.CITY_OFFICER,)),
        "outreach.drop_disclosure_file": RecordedAct("删除提供给申请人的文件", (Role.CITY_OFFICER,)),
        "outreach.extend_disclosure": RecordedAct("延长政府信息公开答复期限", (Role.CITY_CHECKER,)),
        "outreach.give_up_disclosure": RecordedAct("登记政府信息公开申请视为放弃", (Role.CITY_OFFICER,)),
        "outreach.hand_over": RecordedAct("申请人下载提供的文件"),
        "outreach.keep_disclosure_scan": RecordedAct("上传政府信息公开告知书扫描件", (Role.CITY_OFFICER,)),
        "outreach.record_disclosure_report": RecordedAct("登记政府信息公开工作年度报告", (Role.CITY_OFFICER,)),
        "outreach.reply_disclosure": RecordedAct("答复政府信息公开申请", (Role.CITY_OFFICER,)),
        "outreach.reveal_identity": RecordedAct("查看政府信息公开申请人", (Role.CITY_OFFICER,)),
        "outreach.serve_disclosure": RecordedAct("登记政府信息公开答复送达"),
    },
    menu=(MenuEntry("公众与交流", 20, "依申请公开", "outreach:disclosure_list", CITY, daily=frozenset({Role.CITY_LEGAL})),),
    tasks=(tasks_for,),
    proof=("disclosure_identity",),
    recorded={"disclosure": "政府信息公开申请", "disclosure_report": "政府信息公开工作年度报告"},
)
