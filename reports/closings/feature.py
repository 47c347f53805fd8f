"""The feature of closings."""

from django.urls import path

from greendistrict.core.features import Feature
from reports.closings import views
from reports.closings.selectors import tasks_for

FEATURE = Feature(
    pages={
        "closing#年度关账": (
            path("closings/", views.closing_list, name="closings"),
            path("closings/<int:year>/", views.closing, name="closing"),
            path("closings/<int:year>/act/", views.closing_act, name="closing_act"),
            path("closings/<int:year>/correct/", views.closing_correct, name="closing_correct"),
            path("closings/<int:year>/preview/", views.closing_preview, name="closing_preview"),
        ),
    },
    decisive=("year_closing.close",),
    tasks=(tasks_for,),
)
