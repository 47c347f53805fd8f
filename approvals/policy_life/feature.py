"""The feature of documents about the policy."""

from django.urls import path

from approvals.policy_life import views
from approvals.policy_life.selectors import tasks_for
from greendistrict.accounts.enums import CITY, Role
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "standards#政策条款": (
            path("policy-documents/", views.policy_documents, name="policy_documents"),
            path("policy-documents/<int:pk>/check/", views.policy_document_check, name="policy_document_check"),
            path("policy-documents/<int:pk>/return/", views.policy_document_return, name="policy_document_return"),
        ),
    },
    acts={
        "policy.register_document": RecordedAct("登记政策文件", (Role.CITY_OFFICER, Role.CITY_LEGAL)),
        "policy.check_document": RecordedAct("核对政策文件", CITY),
        "policy.return_document": RecordedAct("退回政策文件", CITY),
    },
    menu=(MenuEntry("标准与政策", 25, "政策文件登记", "approvals:policy_documents", CITY, daily=frozenset({Role.CITY_LEGAL})),),
    tasks=(tasks_for,),
)
