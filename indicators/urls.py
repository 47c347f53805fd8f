"""Addresses of this app."""

from django.urls import URLPattern

from indicators.comparison import urls as comparison
from indicators.editions import urls as editions
from indicators.what_if import urls as what_if

app_name = "indicators"
features = (editions, comparison, what_if)
urlpatterns: list[URLPattern] = [one for feature in features for one in feature.urlpatterns]
