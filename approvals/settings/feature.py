"""The feature of settings of the city."""

from django.urls import path

from approvals.settings import views
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "standards#平台参数": (
            path("settings/", views.setting_list, name="setting_list"),
            path("settings/<str:key>/", views.setting, name="setting"),
            path("settings/<str:key>/act/", views.setting_act, name="setting_act"),
        ),
    },
    acts={
        "setting.propose": RecordedAct("提出参数变更"),
    },
    decisive=("setting.decide",),
)
