"""The feature of post-evaluations."""

from django.urls import path

from assessments.post_evaluations import views
from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import FILING
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "post-evaluation#条件": (
            path("post-evaluations/", views.post_list, name="post_list"),
            path("post-evaluations/<int:pk>/", views.post, name="post"),
            path("post-evaluations/<int:pk>/save/", views.post_save, name="post_save"),
            path("post-evaluations/<int:pk>/files/", views.post_file, name="post_file"),
            path("post-evaluations/<int:pk>/action/", views.post_action, name="post_action"),
            path("post-evaluations/<int:pk>/judge/", views.post_judge, name="post_judge"),
        ),
        "post-evaluation#抽取": (
            path("post-evaluations/commit/", views.sample_commit, name="sample_commit"),
            path("post-evaluations/draws/<int:pk>/", views.sample_draw, name="sample_draw"),
            path("post-evaluations/draws/<int:pk>.json", views.sample_data, name="sample_data"),
        ),
    },
    acts={
        "sample.commit": RecordedAct("登记后评估抽取种子校验值"),
        "sample.draw": RecordedAct("抽取后评估城区"),
    },
    decisive=(
        "post_evaluation.disqualify",
        "post_evaluation.qualify",
    ),
    menu=(MenuEntry("自查与评估", 30, "后评估", "assessments:post_list", FILING - {Role.BUREAU}, daily=frozenset({Role.SECRETARIAT})),),
    closed_to_experts=("post_list",),
)
