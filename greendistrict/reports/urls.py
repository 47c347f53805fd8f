"""Addresses of this app."""

from django.urls import path

from greendistrict.reports.views import center, sensitivity

app_name = "reports"
urlpatterns = [
    path("", center.report_center, name="report_center"),
    path("sensitivity/", sensitivity.sensitivity, name="sensitivity"),
    path("jobs/<int:pk>/", center.job, name="job"),
]
