"""The feature of releases."""

from django.urls import path

from carbon.releases import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "carbon#公开": (
            path("inventories/<int:pk>/release/", views.inventory_release, name="inventory_release"),
            path("inventories/<int:pk>/release/withdraw/", views.inventory_release_withdraw, name="inventory_release_withdraw"),
        ),
    },
)
