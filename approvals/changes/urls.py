"""Addresses of views."""

from django.urls import URLPattern, path

from approvals.changes import views

urlpatterns: list[URLPattern] = [
    path("changes/start/", views.change_start, name="change_start"),
    path("<int:pk>/change/", views.change_edit, name="change_edit"),
]
