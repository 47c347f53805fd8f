"""The feature of carbon targets."""

from django.urls import path

from carbon.targets import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "carbon#目标和对照": (path("targets/<slug:code>/<int:year>/", views.target_explain, name="target_explain"),),
    },
)
