"""The feature of the guide."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.guide import views

FEATURE = Feature(
    pages={
        "basics": (
            path("guide/", views.guide, name="guide"),
            path("guide/<slug:slug>/", views.guide_page, name="guide_page"),
            path("guide/forms/<str:kind>/<slug:key>/<slug:which>/", views.guide_form, name="guide_form"),
        ),
    },
)
