"""The feature of the checks before the first day."""

from django.urls import path

from greendistrict.core.features import Feature, RecordedAct
from portal.first_day import views

FEATURE = Feature(
    pages={
        "keepers#开用检查": (
            path("operations/first-day/", views.first_day, name="first_day"),
            path("operations/first-day/<slug:key>/", views.first_day_line, name="first_day_line"),
            path("operations/first-day/<slug:key>/try/", views.first_day_try, name="first_day_try"),
        ),
    },
    acts={
        "portal.assign_opening": RecordedAct("开用检查：指定负责人和期限"),
        "portal.set_aside_opening": RecordedAct("开用检查：写明本地不需要"),
        "portal.take_back_opening": RecordedAct("开用检查：收回本地不需要"),
        "portal.try_opening": RecordedAct("开用检查：要求试用"),
        "portal.tried_opening": RecordedAct("开用检查：试用的结果"),
    },
    proof_to_send=("first_day_line", "first_day_try"),
)
