"""The feature of the outlook on five years."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.outlook import views

FEATURE = Feature(
    pages={
        "obligations#未来五年": (path("outlook/", views.outlook, name="outlook"),),
    },
)
