"""The feature of open data and OGC API."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.open_data import views

FEATURE = Feature(
    public={
        "verification#开放数据": (
            path("data/", views.open_data, name="open_data"),
            path("data/catalogue.jsonld", views.open_data_catalogue, name="open_data_catalogue"),
            path("data/<slug:key>/", views.open_dataset, name="open_dataset"),
            path("data/<slug:key>/<int:number>/", views.open_version, name="open_version"),
            path("data/<slug:key>/<int:number>.<slug:kind>", views.open_version_file, name="open_version_file"),
            path("data/<slug:key>.<slug:kind>", views.open_data_file, name="open_data_file"),
            path("ogc/", views.ogc_landing, name="ogc_landing"),
            path("ogc/api", views.ogc_api, name="ogc_api"),
            path("ogc/conformance", views.ogc_conformance, name="ogc_conformance"),
            path("ogc/collections", views.ogc_collections, name="ogc_collections"),
            path("ogc/collections/<slug:key>", views.ogc_collection, name="ogc_collection"),
            path("ogc/collections/<slug:key>/items", views.ogc_items, name="ogc_items"),
            path("ogc/collections/<slug:key>/items/<str:code>", views.ogc_item, name="ogc_item"),
            path("counts/", views.published_counts, name="published_counts"),
        ),
    },
)
