"""The feature of two editions compared."""

from django.urls import path

from greendistrict.core.features import Feature
from indicators.comparison import views

FEATURE = Feature(
    pages={
        "standards#比较和试算": (path("compare/", views.edition_diff, name="edition_diff"),),
    },
)
