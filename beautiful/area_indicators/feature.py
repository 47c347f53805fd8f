"""The feature of indicators by area."""

from django.urls import path

from beautiful.area_indicators import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "beautiful#重点领域指标": (
            path("areas/", views.area_overview, name="area_overview"),
            path("areas/links/", views.area_links, name="area_links"),
            path("areas/links/<int:pk>/check/", views.area_link_check, name="area_link_check"),
            path("areas/links/<int:pk>/return/", views.area_link_return, name="area_link_return"),
            path("areas/figures/<int:pk>/check/", views.area_figure_check, name="area_figure_check"),
            path("areas/figures/<int:pk>/withdraw/", views.area_figure_withdraw, name="area_figure_withdraw"),
            path("areas/<slug:key>/", views.area, name="area"),
            path("areas/<slug:key>/figures/new/", views.area_figure_add, name="area_figure_add"),
        ),
    },
)
