"""The feature of three-year action plans (三年行动计划) and their quarterly progress."""

from django.urls import path

from beautiful.plans import views
from beautiful.plans.models import REPORTERS, SEAT
from beautiful.plans.selectors.owed import tasks_for
from greendistrict.accounts.enums import CITY, Role
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "beautiful#三年行动计划": (
            path("plans/", views.plan_list, name="plan_list"),
            path("plans/new/", views.plan_create, name="plan_create"),
            path("plans/<int:pk>/", views.plan, name="plan"),
            path("plans/<int:pk>/issue/", views.plan_issue, name="plan_issue"),
        ),
        "beautiful#滚动": (
            path("plans/<int:pk>/roll/", views.plan_roll, name="plan_roll"),
            path("plans/<int:pk>/roll/revoke/", views.plan_roll_revoke, name="plan_roll_revoke"),
        ),
        "beautiful#任务和季度进展": (
            path("plans/<int:pk>/tasks/new/", views.task_create, name="task_create"),
            path("tasks/<int:pk>/", views.task, name="task"),
            path("tasks/<int:pk>/edit/", views.task_edit, name="task_edit"),
            path("tasks/<int:pk>/split/", views.task_split, name="task_split"),
            path("tasks/<int:pk>/report/", views.task_report, name="task_report"),
            path("reports/<int:pk>/check/", views.progress_check, name="progress_check"),
            path("reports/<int:pk>/take-back/", views.progress_take_back, name="progress_take_back"),
            path("tasks/<int:pk>/adjust/", views.task_adjust, name="task_adjust"),
        ),
    },
    acts={
        "beautiful.add_task": RecordedAct("三年行动计划新增任务", SEAT),
        "beautiful.adjust_task": RecordedAct("登记行动任务调整", SEAT),
        "beautiful.confirm_progress": RecordedAct("核对行动任务季度进展", SEAT),
        "beautiful.issue_plan": RecordedAct("登记三年行动计划印发", SEAT),
        "beautiful.make_plan": RecordedAct("建立三年行动计划", SEAT),
        "beautiful.report_progress": RecordedAct("报送行动任务季度进展", REPORTERS),
        "beautiful.revoke_roll": RecordedAct("撤销三年行动计划滚动", SEAT),
        "beautiful.roll_plan": RecordedAct("滚动三年行动计划", SEAT),
        "beautiful.save_task": RecordedAct("修改行动任务", SEAT),
        "beautiful.withdraw_report": RecordedAct("撤回行动任务季度进展", REPORTERS),
    },
    menu=(
        MenuEntry(
            "美丽上海",
            20,
            "三年行动计划",
            "beautiful:plan_list",
            CITY | {Role.PARTNER, Role.AUTHORITY, Role.BUREAU},
            daily=frozenset({Role.PARTNER, Role.AUTHORITY, Role.BUREAU}),
        ),
    ),
    tasks=(tasks_for,),
)
