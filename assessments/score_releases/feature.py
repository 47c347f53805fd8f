"""The feature of published scores; the key is that of the score table."""

from django.urls import path

from assessments.score_releases import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "self-check#得分公开": (
            path("score-releases/", views.score_release_list, name="score_release_list"),
            path("score-releases/<int:pk>/", views.score_release, name="score_release"),
            path("score-releases/<int:pk>/withdraw/", views.score_release_withdraw, name="score_release_withdraw"),
        ),
    },
)
