"""Addresses of this app."""

from django.urls import URLPattern

from carbon.factors import urls as factors
from carbon.inventories import urls as inventories

app_name = "carbon"
features = (
    inventories,
    factors,
)
urlpatterns: list[URLPattern] = [one for feature in features for one in feature.urlpatterns]
