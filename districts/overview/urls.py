"""Addresses of pages over several features: progress of plots, plot list and board, undone imports, yearly plans still to come."""

from django.urls import URLPattern, path

from districts.overview.views import authority_progress, imports, plot_overview, plots

urlpatterns: list[URLPattern] = [
    path("progress/", plot_overview.plot_overview, name="plot_overview"),
    path("progress/export/", plot_overview.plot_overview_export, name="plot_overview_export"),
    path("yearly-plans/watch/", authority_progress.plan_watch, name="plan_watch"),
    path("<slug:code>/plots/", plots.plot_list, name="plot_list"),
    path("<slug:code>/plots/board/", plots.plot_board, name="plot_board"),
    path("<slug:code>/imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
]
