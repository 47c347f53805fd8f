"""The feature of evaluations."""

from django.urls import path

from beautiful.evaluations import views
from greendistrict.core.features import Feature

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
)
