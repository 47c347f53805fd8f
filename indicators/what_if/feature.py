"""The feature of what-if scoring."""

from django.urls import path

from greendistrict.core.features import Feature
from indicators.what_if import views

FEATURE = Feature(
    pages={
        "standards#比较和试算": (path("what-if/", views.what_if, name="what_if"),),
    },
)
