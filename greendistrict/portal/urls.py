"""Addresses of this app."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from greendistrict.portal.gallery import gallery

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = []
if settings.DEBUG or settings.TESTING:
    urlpatterns.append(path("_components/", gallery, name="components"))
