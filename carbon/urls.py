"""Addresses of this app."""

from django.urls import URLPattern

from carbon.factors import urls as factors
from carbon.inventories import urls as inventories
from carbon.measures import urls as measures
from carbon.metering import urls as metering
from carbon.method import urls as method
from carbon.releases import urls as releases
from carbon.targets import urls as targets
from carbon.verification import urls as verification

app_name = "carbon"
features = (inventories, factors, metering, targets, verification, measures, method, releases)
urlpatterns: list[URLPattern] = [one for feature in features for one in feature.urlpatterns]
