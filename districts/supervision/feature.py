"""The feature of records of supervision and oversight."""

from django.urls import path

from districts.supervision import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "plot-control#监理和监督": (
            path("<slug:code>/plots/<int:pk>/supervision/", views.plot_supervision, name="plot_supervision"),
            path("<slug:code>/works/<int:pk>/supervision/", views.work_supervision, name="work_supervision"),
        ),
    },
)
