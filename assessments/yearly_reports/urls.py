"""Addresses of reports on a year of operation."""

from django.urls import URLPattern, path

from assessments.yearly_reports import views

urlpatterns: list[URLPattern] = [
    path("yearly-reports/", views.intake_list, name="intake_list"),
    path("yearly-reports/export/", views.intake_export, name="intake_export"),
    path("yearly-reports/<int:pk>/", views.intake, name="intake"),
    path("yearly-reports/<int:pk>/save/", views.intake_save, name="intake_save"),
    path("yearly-reports/<int:pk>/files/", views.intake_file, name="intake_file"),
    path("yearly-reports/<int:pk>/action/", views.intake_action, name="intake_action"),
]
