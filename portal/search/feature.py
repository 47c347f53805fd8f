"""The feature of search."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.search import views

FEATURE = Feature(
    pages={
        "basics#搜索": (path("search/", views.search, name="search"),),
    },
)
