"""The feature of published scores; the key is that of the score table."""

from django.urls import path

from assessments.score_releases import views
from greendistrict.accounts.enums import CITY, Role
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "self-check#得分公开": (
            path("score-releases/", views.score_release_list, name="score_release_list"),
            path("score-releases/<int:pk>/", views.score_release, name="score_release"),
            path("score-releases/<int:pk>/withdraw/", views.score_release_withdraw, name="score_release_withdraw"),
        ),
    },
    acts={
        "score.release": RecordedAct("公开得分", (Role.CITY_OFFICER,)),
        "score.withdraw_release": RecordedAct("撤回得分的公开", (Role.CITY_OFFICER,)),
    },
    decisive=("scores.release",),
    menu=(MenuEntry("公众与交流", 30, "得分公开", "assessments:score_release_list", CITY),),
)
