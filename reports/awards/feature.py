"""The feature of recommendations for national awards."""

from django.urls import path

from greendistrict.core.features import Feature
from reports.awards import views

FEATURE = Feature(
    pages={
        "reports#国家级奖项推荐": (path("awards/", views.award_list, name="awards"),),
    },
)
