"""The feature of specialised plans."""

from django.urls import path

from districts.special_plans import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "special-plan#专业规划": (
            path("<slug:code>/plan/", views.plan_edit, name="plan_edit"),
            path("<slug:code>/plan/sections/<slug:section>/", views.plan_section, name="plan_section"),
            path("<slug:code>/plan/sections/<slug:section>/files/<int:pk>/remove/", views.plan_file_remove, name="plan_file_remove"),
            path("<slug:code>/plan/approve/", views.plan_approve, name="plan_approve"),
            path("<slug:code>/plan/renew/", views.plan_renew, name="plan_renew"),
        ),
    },
)
