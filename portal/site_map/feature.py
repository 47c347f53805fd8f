"""The feature of the site map."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.site_map import views

FEATURE = Feature(
    public={
        "verification#公示公告": (
            path("sitemap.xml", views.sitemap, name="sitemap"),
            path("robots.txt", views.robots, name="robots"),
        ),
    },
)
