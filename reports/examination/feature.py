"""The feature of figures for the examination."""

from django.urls import path

from greendistrict.core.features import Feature, RecordedAct
from reports.examination import views

FEATURE = Feature(
    pages={
        "reports#考核供数": (
            path("examination/", views.examination_table, name="examination"),
            path("examination/export/", views.examination_export, name="examination_export"),
        ),
    },
    acts={
        "reports.export_examination": RecordedAct("导出考核供数"),
    },
)
