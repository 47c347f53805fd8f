"""Addresses of plots (list, board, control, opinions, workbooks) and of a key project and its plan."""

from django.urls import path

from districts.views import plot_control, plot_files, plot_opinions, plots, projects

urlpatterns = [
    path("<slug:code>/plots/", plots.plot_list, name="plot_list"),
    path("<slug:code>/plots/board/", plots.plot_board, name="plot_board"),
    path("<slug:code>/plots/export/", plot_files.plot_export, name="plot_export"),
    path("<slug:code>/plots/import/", plot_files.plot_import, name="plot_import"),
    path("<slug:code>/plots/import/apply/", plot_files.plot_apply, name="plot_apply"),
    path("<slug:code>/plots/import/<int:pk>/undo/", plot_files.plot_undo, name="plot_undo"),
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
