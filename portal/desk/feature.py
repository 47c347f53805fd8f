"""The feature of the work desk."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.desk import views

FEATURE = Feature(
    pages={
        "basics#工作台": (path("desk/", views.workdesk, name="workdesk"),),
    },
)
