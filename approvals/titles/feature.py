"""The feature of titles."""

from django.urls import path

from approvals.titles import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "verification#城区和称号": (
            path("titles/", views.title_list, name="title_list"),
            path("titles/export/", views.title_export, name="title_export"),
            path("titles/<int:pk>/", views.title_detail, name="title"),
        ),
    },
)
