"""The feature of the audit log."""

from django.urls import path

from greendistrict.accounts.enums import KEEPERS, Role
from greendistrict.core.features import Feature, MenuEntry, RecordedAct
from portal.audit_log import views

FEATURE = Feature(
    namespace="audit",
    pages={
        "keepers#审计记录": (
            path("", views.event_list, name="event_list"),
            path("export/", views.event_export, name="event_export"),
        ),
    },
    acts={
        "access.denied": RecordedAct("访问被拒绝"),
        "access.read": RecordedAct("查看受控内容"),
        "audit.export": RecordedAct("导出审计记录"),
        "audit.verify": RecordedAct("核对审计记录完整性"),
    },
    menu=(MenuEntry("系统", 70, "审计记录", "audit:event_list", frozenset({Role.AUDIT_KEEPER}), daily=KEEPERS),),
    proof=("event_export",),
)
