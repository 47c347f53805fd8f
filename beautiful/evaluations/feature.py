"""The feature of yearly evaluations of the areas of 美丽上海."""

from django.urls import path

from beautiful.evaluations import views
from beautiful.evaluations.selectors import tasks_for
from beautiful.plans.models import REPORTERS, SEAT
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "beautiful#跟踪评估": (
            path("plans/<int:pk>/evaluations/", views.evaluation_list, name="evaluation_list"),
            path("plans/<int:pk>/evaluations/begin/", views.evaluation_begin, name="evaluation_begin"),
            path("evaluations/<int:pk>/", views.evaluation, name="evaluation"),
            path("evaluations/<int:pk>/report/", views.evaluation_report, name="evaluation_report"),
            path("evaluations/<int:pk>/check/", views.evaluation_check, name="evaluation_check"),
            path("evaluations/<int:pk>/conclude/", views.evaluation_conclude, name="evaluation_conclude"),
            path("evaluations/<int:pk>/use/", views.evaluation_use, name="evaluation_use"),
        ),
    },
    acts={
        "beautiful.begin_evaluation": RecordedAct("开始跟踪评估", SEAT),
        "beautiful.check_evaluation": RecordedAct("核对跟踪评估", SEAT),
        "beautiful.conclude_evaluation": RecordedAct("作出跟踪评估结论", (Role.CITY_DIRECTOR,)),
        "beautiful.report_evaluation": RecordedAct("填报跟踪评估自评", REPORTERS),
        "beautiful.use_evaluation": RecordedAct("登记跟踪评估结果应用", SEAT),
    },
    tasks=(tasks_for,),
)
