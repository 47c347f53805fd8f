"""URLs of lists over all kinds of assessments."""

from django.urls import URLPattern, path

from assessments.worklist import views

urlpatterns: list[URLPattern] = [
    path("self-checks/", views.selfcheck_list, name="selfcheck_list"),
    path("self-checks/export/", views.selfcheck_export, name="selfcheck_export"),
    path("stages/", views.stage_list, name="stage_list"),
    path("stages/export/", views.stage_export, name="stage_export"),
    path("inspections/", views.inspection_list, name="inspection_list"),
    path("inspections/export/", views.inspection_export, name="inspection_export"),
    path("post-evaluations/export/", views.post_export, name="post_export"),
]
