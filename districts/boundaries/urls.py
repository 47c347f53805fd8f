"""URLs of boundaries and key areas."""

from django.urls import URLPattern, path

from districts.boundaries import views

urlpatterns: list[URLPattern] = [
    path("key-areas/", views.key_area_list, name="key_area_list"),
    path("<slug:code>/boundaries/", views.boundary_list, name="boundary_list"),
    path("<slug:code>/boundaries/<int:pk>/map-number/", views.map_number, name="boundary_map_number"),
]
