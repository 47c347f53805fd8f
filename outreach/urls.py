"""Addresses of this app."""

from django.urls import URLPattern

from outreach.opinions import urls as opinions

app_name = "outreach"
features = (opinions,)
urlpatterns: list[URLPattern] = [one for feature in features for one in feature.urlpatterns]
