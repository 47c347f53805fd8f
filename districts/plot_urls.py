"""Addresses of plots (list, board, control, opinions), of workbooks of the three lists, and of a key project and its plan."""

from django.urls import path

from districts.common.enums import ImportKind
from districts.lists.views import files as list_files
from districts.lists.views import row_sources
from districts.overview.views import imports, plots
from districts.plots.views import backfills
from districts.plots.views import control as plot_control
from districts.plots.views import opinions as plot_opinions
from districts.projects import views as projects

PLOTS, PROJECTS, WORKS = ({"kind": kind} for kind in (ImportKind.PLOTS, ImportKind.PROJECTS, ImportKind.WORKS))

urlpatterns = [
    path("<slug:code>/plots/", plots.plot_list, name="plot_list"),
    path("<slug:code>/plots/backfill/", backfills.plot_backfill, name="plot_backfill"),
    path("<slug:code>/plots/board/", plots.plot_board, name="plot_board"),
    path("<slug:code>/plots/export/", list_files.list_export, PLOTS, name="plot_export"),
    path("<slug:code>/plots/import/", list_files.list_import, PLOTS, name="plot_import"),
    path("<slug:code>/plots/import/apply/", list_files.list_apply, PLOTS, name="plot_apply"),
    path("<slug:code>/key-projects/export/", list_files.list_export, PROJECTS, name="key_project_export"),
    path("<slug:code>/key-projects/import/", list_files.list_import, PROJECTS, name="key_project_import"),
    path("<slug:code>/key-projects/import/apply/", list_files.list_apply, PROJECTS, name="key_project_apply"),
    path("<slug:code>/works/export/", list_files.list_export, WORKS, name="work_export"),
    path("<slug:code>/works/import/", list_files.list_import, WORKS, name="work_import"),
    path("<slug:code>/works/import/apply/", list_files.list_apply, WORKS, name="work_apply"),
    path("<slug:code>/plots/<int:pk>/sources/", row_sources.row_sources, {"kind": "plots"}, name="plot_sources"),
    path("<slug:code>/key-projects/<int:pk>/sources/", row_sources.row_sources, {"kind": "projects"}, name="key_project_sources"),
    path("<slug:code>/works/<int:pk>/sources/", row_sources.row_sources, {"kind": "works"}, name="work_sources"),
    path("<slug:code>/imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("<slug:code>/plots/<int:pk>/control/", plot_control.plot_control, name="plot_control"),
    path("<slug:code>/plots/<int:pk>/control/open/", plot_control.plot_open, name="plot_open"),
    path("<slug:code>/plots/<int:pk>/control/ask/", plot_control.plot_ask, name="plot_ask"),
    path("<slug:code>/plots/<int:pk>/control/step/<slug:action>/", plot_control.plot_step, name="plot_step"),
    path("<slug:code>/plots/<int:pk>/control/values/", plot_control.plot_values, name="plot_values"),
    path("<slug:code>/plots/<int:pk>/control/opinions/", plot_control.plot_opinions, name="plot_opinions"),
    path("<slug:code>/plots/<int:pk>/control/checks/", plot_control.plot_check, name="plot_check"),
    path("<slug:code>/plots/opinions/<int:pk>/", plot_opinions.opinion_answer, name="opinion_answer"),
    path("<slug:code>/plots/opinions/<int:pk>/letter/", plot_opinions.opinion_letter, name="opinion_letter"),
    path("<slug:code>/key-projects/plan/", projects.project_plan, name="project_plan"),
    path("<slug:code>/key-projects/<int:pk>/view/", projects.project_page, name="key_project"),
]
