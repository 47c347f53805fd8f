"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from greendistrict.core import health

app_name = "core"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
