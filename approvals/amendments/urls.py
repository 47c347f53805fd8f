"""Addresses of views."""

from django.urls import URLPattern, path

from approvals.amendments import views

urlpatterns: list[URLPattern] = [
    path("announcements/<int:pk>/amendments/", views.amendments, name="amendments"),
    path("announcements/<int:pk>/amendments/act/", views.amendments_act, name="amendments_act"),
]
