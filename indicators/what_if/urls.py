"""Addresses of what-if scoring."""

from django.urls import URLPattern, path

from indicators.what_if import views

urlpatterns: list[URLPattern] = [
    path("what-if/", views.what_if, name="what_if"),
]
