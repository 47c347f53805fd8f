"""The feature of changes of plots."""

from django.urls import path

from districts.plot_changes import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "plot-control#地块变更": (
            path("<slug:code>/plots/changes/", views.plot_change_list, name="plot_change_list"),
            path("<slug:code>/plots/changes/<int:pk>/revoke/", views.plot_change_revoke, name="plot_change_revoke"),
            path("<slug:code>/plots/<int:pk>/changes/<slug:kind>/", views.plot_change, name="plot_change"),
        ),
    },
)
