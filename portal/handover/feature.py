"""The feature of handing over."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.handover import views

FEATURE = Feature(
    pages={
        "basics#时间线和交接": (path("districts/<slug:code>/handover/", views.handover, name="handover"),),
        "basics#本单位": (path("organisations/<int:pk>/people/<int:person>/leaving/", views.leave, name="leaving"),),
    },
    proof=("leaving",),
)
