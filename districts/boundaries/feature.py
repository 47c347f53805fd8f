"""The feature of boundaries and key areas."""

from django.urls import path

from districts.boundaries import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "special-plan#范围": (
            path("key-areas/", views.key_area_list, name="key_area_list"),
            path("<slug:code>/boundaries/", views.boundary_list, name="boundary_list"),
            path("<slug:code>/boundaries/<int:pk>/map-number/", views.map_number, name="boundary_map_number"),
        ),
    },
)
