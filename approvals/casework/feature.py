"""The feature of the case list, and of a case with its steps, letters and decision."""

from django.urls import path

from approvals.casework.selectors.tasks import tasks_beside
from approvals.casework.views import cases, printed, steps
from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import FILING
from greendistrict.core.features import PALETTE, Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "application#怎样办": (
            path("", cases.case_list, name="case_list"),
            path("export/", cases.case_export, name="case_export"),
            path("start/", cases.case_start, name="case_start"),
            path("<int:pk>/", cases.case_detail, name="case"),
            path("<int:pk>/print/", printed.case_print, name="case_print"),
            path("<int:pk>/step/", steps.case_step, name="case_step"),
            path("<int:pk>/step/<slug:action>/", steps.case_action, name="case_action"),
        ),
        "application#结论": (path("<int:pk>/decision/", steps.case_decision, name="case_decision"),),
    },
    acts={
        "approvals.export": RecordedAct("导出办件列表"),
    },
    menu=(
        MenuEntry("申报与验收", 10, "申报与验收", "approvals:case_list", FILING, daily=FILING),
        MenuEntry(PALETTE, 10, "发起申报或验收", "approvals:case_start", frozenset({Role.PREPARER})),
    ),
    tasks=(tasks_beside,),
    closed_to_experts=("case_export", "case_start"),
)
