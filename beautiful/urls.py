"""Addresses of this app."""

from django.urls import URLPattern

from beautiful.area_export import urls as area_export
from beautiful.area_indicators import urls as area_indicators
from beautiful.evaluations import urls as evaluations
from beautiful.frame import urls as frame
from beautiful.plans import urls as plans
from beautiful.releases import urls as releases
from beautiful.reserves import urls as reserves

app_name = "beautiful"
features = (frame, plans, releases, reserves, area_export, area_indicators, evaluations)
urlpatterns: list[URLPattern] = [one for feature in features for one in feature.urlpatterns]
