"""The feature of plans."""

from django.urls import path

from beautiful.plans import views
from greendistrict.core.features import Feature

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
)
