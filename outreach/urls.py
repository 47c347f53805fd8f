"""Addresses of this app."""

from django.urls import URLPattern

from outreach.disclosures import urls as disclosures
from outreach.exchange import urls as exchange
from outreach.opinions import urls as opinions
from outreach.quarantine import urls as quarantine
from outreach.stories import urls as stories

app_name = "outreach"
features = (opinions, disclosures, stories, exchange, quarantine)
urlpatterns: list[URLPattern] = [one for feature in features for one in feature.urlpatterns]
