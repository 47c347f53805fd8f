"""The feature of the checks before the first day."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.first_day import views

FEATURE = Feature(
    pages={
        "keepers#开用检查": (path("operations/first-day/", views.first_day, name="first_day"),),
    },
)
