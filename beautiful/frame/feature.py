"""The feature of the frame."""

from django.urls import path

from beautiful.frame import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "beautiful#框架": (
            path("", views.public_programme, name="public_programme"),
            path("frame/", views.frame, name="frame"),
        ),
    },
)
