"""Addresses of carbon targets."""

from django.urls import URLPattern, path

from carbon.targets import views

urlpatterns: list[URLPattern] = [
    path("targets/<slug:code>/<int:year>/", views.target_explain, name="target_explain"),
]
