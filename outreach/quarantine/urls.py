"""Addresses of filings that wait apart."""

from django.urls import URLPattern, path

from outreach.quarantine import views

urlpatterns: list[URLPattern] = [
    path("filings/all/", views.held_list, name="held_list"),
    path("filings/all/release/", views.held_release, name="held_release"),
    path("filings/all/close/", views.held_close, name="held_close"),
    path("filings/receipt/", views.held_answer, name="held_answer"),
]
