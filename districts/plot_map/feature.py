"""The feature of the map of plots and its files."""

from django.urls import path

from districts.plot_map import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "plot-control#地块清单": (
            path("<slug:code>/plots/map/", views.plot_map, name="plot_map"),
            path("<slug:code>/plots/map/export/<slug:kind>/", views.plot_map_export, name="plot_map_export"),
        ),
    },
)
