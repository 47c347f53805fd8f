"""URLs for answering findings."""

from django.urls import URLPattern, path

from assessments.findings import views

urlpatterns: list[URLPattern] = [
    path("tables/<int:pk>/check/answer/", views.finding_answer, name="finding_answer"),
    path("tables/<int:pk>/check/confirm/", views.finding_confirm, name="finding_confirm"),
]
