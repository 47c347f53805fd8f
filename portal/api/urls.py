"""Addresses of API v1."""

from django.urls import URLPattern, URLResolver, path

from portal.api import meter_readings, views

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/districts/", views.Districts.as_view(), name="districts"),
    path("v1/titles/", views.Titles.as_view(), name="titles"),
    path("v1/announcements/", views.Announcements.as_view(), name="announcements"),
    path("v1/editions/", views.Editions.as_view(), name="editions"),
    path("v1/assessments/", views.Assessments.as_view(), name="assessments"),
    path("v1/volumes/", views.Volumes.as_view(), name="volumes"),
    path("v1/obligations/", views.Obligations.as_view(), name="obligations"),
    path("v1/meter-readings/", meter_readings.MeterReadings.as_view(), name="meter_readings"),
    path("schema/", views.Schema.as_view(), name="schema"),
    path("docs/", views.docs, name="docs"),
]
