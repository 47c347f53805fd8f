"""Addresses of this app."""

from django.urls import URLPattern

from operation.ledger import urls as ledger

app_name = "operation"
features = (ledger,)
urlpatterns: list[URLPattern] = [one for feature in features for one in feature.urlpatterns]
