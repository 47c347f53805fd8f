"""The feature of the method page."""

from django.urls import path

from carbon.method import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "carbon#核算方法": (path("method/", views.carbon_method, name="carbon_method"),),
    },
)
