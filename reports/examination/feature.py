"""The feature of figures for the examination."""

from django.urls import path

from greendistrict.core.features import Feature
from reports.examination import views

FEATURE = Feature(
    pages={
        "reports#考核供数": (
            path("examination/", views.examination_table, name="examination"),
            path("examination/export/", views.examination_export, name="examination_export"),
        ),
    },
)
