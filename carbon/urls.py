"""Addresses of this app."""

from django.urls import URLPattern

from carbon.factors import urls as factors
from carbon.inventories import urls as inventories
from carbon.metering import urls as metering

app_name = "carbon"
features = (inventories, factors, metering)
urlpatterns: list[URLPattern] = [one for feature in features for one in feature.urlpatterns]
