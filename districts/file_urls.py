"""Addresses of boundaries, parties, yearly plans and the timeline."""

from django.urls import URLPattern, path

from districts.views import boundaries

urlpatterns: list[URLPattern] = [
    path("key-areas/", boundaries.key_area_list, name="key_area_list"),
    path("<slug:code>/boundaries/", boundaries.boundary_list, name="boundary_list"),
    path("<slug:code>/boundaries/<int:pk>/map-number/", boundaries.map_number, name="boundary_map_number"),
]
