"""The feature of the report centre."""

from django.urls import path

from greendistrict.accounts.menu_roles import WATCHING
from greendistrict.core.features import Feature, MenuEntry
from reports.center import views

FEATURE = Feature(
    pages={
        "reports#报告": (
            path("", views.report_center, name="report_center"),
            path("drop/", views.found_drop, name="found_drop"),
            path("new/<slug:kind>/", views.report_request, name="report_request"),
            path("jobs/<int:pk>/", views.job, name="job"),
            path("jobs/<int:pk>/cancel/", views.job_cancel, name="job_cancel"),
            path("jobs/<int:pk>/ofd/", views.job_ofd, name="job_ofd"),
            path("jobs/<int:pk>/drop/", views.job_drop, name="job_drop"),
        ),
    },
    menu=(MenuEntry("报告", 10, "报告", "reports:report_center", WATCHING, daily=WATCHING),),
    closed_to_experts=("report_center", "found_drop"),
)
