"""The feature of lists over all kinds of assessments."""

from django.urls import path

from assessments.worklist.selectors import filed_tasks, tasks_for
from assessments.worklist.views import begin, lists
from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import DISTRICT_SIDE, FILING, HANDLING
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "self-check#怎样办": (
            path("self-checks/", lists.selfcheck_list, name="selfcheck_list"),
            path("self-checks/export/", lists.selfcheck_export, name="selfcheck_export"),
            path("owed/<slug:kind>/<int:district>/<int:year>/", begin.owed_paper, name="owed_paper"),
        ),
        "stage-assessment#怎样办": (
            path("stages/", lists.stage_list, name="stage_list"),
            path("stages/export/", lists.stage_export, name="stage_export"),
            path("owed/stage/<int:district>/", begin.owed_stage, name="owed_stage"),
        ),
        "inspection#怎样办": (
            path("inspections/", lists.inspection_list, name="inspection_list"),
            path("inspections/export/", lists.inspection_export, name="inspection_export"),
        ),
        "post-evaluation#条件": (path("post-evaluations/export/", lists.post_export, name="post_export"),),
    },
    acts={
        "inspection.export": RecordedAct("导出监督检查列表"),
        "post_evaluation.export": RecordedAct("导出后评估列表"),
        "self_check.export": RecordedAct("导出年度自查列表"),
        "stage.export": RecordedAct("导出阶段评估列表"),
    },
    menu=(
        MenuEntry("自查与评估", 10, "年度自查", "assessments:selfcheck_list", FILING, daily=HANDLING | DISTRICT_SIDE | {Role.PARTNER}),
        MenuEntry("自查与评估", 20, "阶段评估", "assessments:stage_list", FILING - {Role.BUREAU}, daily=HANDLING | {Role.SECRETARIAT}),
        MenuEntry("自查与评估", 40, "监督检查", "assessments:inspection_list", FILING - {Role.BUREAU}, daily=HANDLING | {Role.SECRETARIAT}),
    ),
    tasks=(tasks_for, filed_tasks),
    closed_to_experts=("inspection_export", "inspection_list", "post_export", "selfcheck_export", "selfcheck_list", "stage_export"),
)
