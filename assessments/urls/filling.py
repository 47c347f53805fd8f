"""Addresses of filling in together: checks, prefill, shares, uploads."""

from django.urls import URLPattern, path

from assessments.views import plausibility

urlpatterns: list[URLPattern] = [
    path("tables/<int:pk>/check/answer/", plausibility.finding_answer, name="finding_answer"),
]
