"""Addresses of self-checks."""

from django.urls import URLPattern, path

from assessments.self_checks import views

urlpatterns: list[URLPattern] = [
    path("self-checks/<int:pk>/", views.selfcheck, name="selfcheck"),
    path("self-checks/<int:pk>/report/", views.ReportPage.as_view(), name="selfcheck_report"),
    path("self-checks/<int:pk>/check/", views.selfcheck_check, name="selfcheck_check"),
    path("self-checks/<int:pk>/action/", views.selfcheck_action, name="selfcheck_action"),
    path("self-checks/<int:pk>/receipt/", views.selfcheck_receipt, name="selfcheck_receipt"),
]
