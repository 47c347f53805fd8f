"""The feature of extensions and rectifications."""

from django.urls import path

from approvals.requests import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "change#延期": (
            path("<int:pk>/extension/", views.extension_ask, name="extension_ask"),
            path("<int:pk>/asked/<slug:kind>/<int:asked>/", views.asked_step, name="asked_step"),
        ),
        "change#更正": (path("<int:pk>/rectification/", views.rectification_propose, name="rectification_propose"),),
    },
)
