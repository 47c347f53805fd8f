"""Address of the map of plots."""

from django.urls import URLPattern, path

from districts.plot_map import views

urlpatterns: list[URLPattern] = [path("<slug:code>/plots/map/", views.plot_map, name="plot_map")]
