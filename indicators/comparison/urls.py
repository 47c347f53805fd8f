"""Addresses of two editions compared."""

from django.urls import URLPattern, path

from indicators.comparison import views

urlpatterns: list[URLPattern] = [
    path("compare/", views.edition_diff, name="edition_diff"),
]
