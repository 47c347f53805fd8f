"""Addresses of this app."""

from django.urls import path

from greendistrict.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.report_center, name="report_center"),
    path("jobs/<int:pk>/", views.job, name="job"),
]
