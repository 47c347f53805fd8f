"""Addresses of this app."""

from django.urls import URLPattern

from beautiful.frame import urls as frame

app_name = "beautiful"
features = (frame,)
urlpatterns: list[URLPattern] = [one for feature in features for one in feature.urlpatterns]
