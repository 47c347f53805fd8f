"""Addresses of this app."""

from django.urls import URLPattern, URLResolver

app_name = "districts"
urlpatterns: list[URLPattern | URLResolver] = []
