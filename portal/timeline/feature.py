"""The feature of the timeline of a district."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.timeline import views

FEATURE = Feature(
    pages={
        "basics#时间线和交接": (path("districts/<slug:code>/timeline/", views.timeline, name="timeline"),),
    },
)
