"""The feature of sheets of settings."""

from django.urls import path

from approvals.setting_sheets import views
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "standards#平台参数": (
            path("settings/sheets/new/<slug:part>/", views.sheet_new, name="setting_sheet_new"),
            path("settings/sheets/<int:pk>/", views.sheet, name="setting_sheet"),
            path("settings/sheets/<int:pk>/act/", views.sheet_act, name="setting_sheet_act"),
        ),
    },
    acts={
        "setting_sheet.propose": RecordedAct("提出参数表"),
    },
    decisive=("setting_sheet.decide",),
)
