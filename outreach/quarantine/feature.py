"""The feature of filings that wait apart."""

from django.urls import path

from greendistrict.core.features import Feature
from outreach.quarantine import views

FEATURE = Feature(
    pages={
        "publicity#意见与异议": (
            path("filings/all/", views.held_list, name="held_list"),
            path("filings/all/release/", views.held_release, name="held_release"),
            path("filings/all/close/", views.held_close, name="held_close"),
            path("filings/receipt/", views.held_answer, name="held_answer"),
        ),
    },
)
