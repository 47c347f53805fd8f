"""The feature of yearly implementation plans."""

from django.urls import path

from districts.yearly_plans import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "yearly-plan#怎样办": (
            path("yearly-plans/", views.implementation_plan_list, name="implementation_plan_list"),
            path("yearly-plans/new/", views.implementation_plan_create, name="implementation_plan_create"),
            path("yearly-plans/<int:pk>/", views.implementation_plan, name="implementation_plan_edit"),
            path("yearly-plans/<int:pk>/step/", views.implementation_plan_step, name="implementation_plan_step"),
            path("yearly-plans/<int:pk>/document/", views.implementation_plan_document, name="implementation_plan_document"),
            path("yearly-plans/<int:pk>/drop/", views.implementation_plan_drop, name="implementation_plan_drop"),
            path("yearly-plans/<int:pk>/works/new/", views.plan_item_edit, name="plan_item_create"),
            path("yearly-plans/<int:pk>/works/<int:item_pk>/", views.plan_item_edit, name="plan_item_edit"),
            path("yearly-plans/<int:pk>/works/<int:item_pk>/drop/", views.plan_item_drop, name="plan_item_drop"),
        ),
    },
)
