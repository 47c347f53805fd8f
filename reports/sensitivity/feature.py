"""The feature of what a change of a rule would do."""

from django.urls import path

from greendistrict.core.features import Feature
from reports.sensitivity import views

FEATURE = Feature(
    pages={
        "reports#影响测算": (path("sensitivity/", views.sensitivity, name="sensitivity"),),
    },
)
