"""The feature of figures of the city."""

from django.urls import path

from greendistrict.core.features import Feature
from reports.city import views

FEATURE = Feature(
    pages={
        "reports#全市数字": (
            path("city/<int:year>/", views.city_year, name="city_year"),
            path("city/<int:year>/<slug:key>/", views.city_figure, name="city_figure"),
        ),
    },
)
