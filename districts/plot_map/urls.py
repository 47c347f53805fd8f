"""URLs of the map of plots and its files."""

from django.urls import URLPattern, path

from districts.plot_map import views

urlpatterns: list[URLPattern] = [
    path("<slug:code>/plots/map/", views.plot_map, name="plot_map"),
    path("<slug:code>/plots/map/export/<slug:kind>/", views.plot_map_export, name="plot_map_export"),
]
