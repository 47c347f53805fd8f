"""The feature of panel opinions on a case."""

from django.urls import path

from approvals.opinions import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "review#结论和意见": (
            path("<int:pk>/opinions/", views.case_opinions, name="case_opinions"),
            path("<int:pk>/opinions/<int:opinion>/", views.opinion_step, name="opinion_step"),
        ),
    },
)
