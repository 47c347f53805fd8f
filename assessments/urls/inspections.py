"""Addresses of supervision."""

from django.urls import URLPattern, path

from assessments.inspections import views as inspections
from assessments.worklist import views as lists

urlpatterns: list[URLPattern] = [
    path("inspections/", lists.inspection_list, name="inspection_list"),
    path("inspections/export/", lists.inspection_export, name="inspection_export"),
    path("inspections/new/", inspections.inspection_register, name="inspection_register"),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/save/", inspections.inspection_save, name="inspection_save"),
    path("inspections/<int:pk>/action/", inspections.inspection_action, name="inspection_action"),
    path("inspections/<int:pk>/files/", inspections.inspection_file, name="inspection_file"),
    path("inspections/<int:pk>/findings/", inspections.inspection_finding_add, name="inspection_finding_add"),
    path("inspections/<int:pk>/findings/<int:key>/remove/", inspections.inspection_finding_remove, name="inspection_finding_remove"),
    path("inspections/<int:pk>/findings/<int:key>/reply/", inspections.inspection_reply, name="inspection_reply"),
    path("inspections/<int:pk>/findings/<int:key>/action/", inspections.inspection_finding_action, name="inspection_finding_action"),
    path("inspections/<int:pk>/findings/<int:key>/files/", inspections.inspection_finding_file, name="inspection_finding_file"),
]
