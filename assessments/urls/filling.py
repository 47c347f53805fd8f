"""Addresses of filling in together: checks, prefill, shares, uploads."""

from django.urls import URLPattern, path

from assessments.views import plausibility, prefill

urlpatterns: list[URLPattern] = [
    path("tables/<int:pk>/check/answer/", plausibility.finding_answer, name="finding_answer"),
    path("tables/<int:pk>/unchanged/", prefill.unchanged, name="unchanged"),
    path("tables/<int:pk>/rows/<str:item_id>/reason/", prefill.override_reason, name="override_reason"),
]
