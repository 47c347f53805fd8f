"""The feature of stage assessments."""

from django.urls import path

from assessments.stage_assessments import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "stage-assessment#怎样办": (
            path("stages/<int:pk>/", views.stage, name="stage"),
            path("stages/<int:pk>/action/", views.stage_action, name="stage_action"),
            path("stages/<int:pk>/mechanism/", views.stage_mechanism, name="stage_mechanism"),
            path("stages/<int:pk>/judge/", views.stage_judge, name="stage_judge"),
            path("stages/<int:pk>/files/", views.stage_file, name="stage_file"),
        ),
        "stage-assessment#整改": (
            path("stages/<int:pk>/rectify/", views.stage_rectify, name="stage_rectify"),
            path("stages/<int:pk>/opinions/", views.stage_opinions, name="stage_opinions"),
            path("stages/<int:pk>/opinions/<int:opinion>/", views.stage_opinion_step, name="stage_opinion_step"),
        ),
    },
    acts={
        "stage_assessment.begin": RecordedAct("组织阶段评估", (Role.CITY_OFFICER,)),
        "stage_assessment.open_early": RecordedAct("提前组织阶段评估"),
    },
    decisive=(
        "stage_assessment.disqualify",
        "stage_assessment.qualify",
    ),
)
