"""The feature of entries from paper."""

from django.urls import path

from approvals.entered import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "glossary#代录": (
            path("start/entered/", views.enter_filing, name="enter_filing"),
            path("changes/entered/", views.enter_change, name="enter_change"),
            path("<int:pk>/objections/enter/", views.enter_objection, name="enter_objection"),
            path("<int:pk>/questions/enter/", views.enter_replies, name="enter_replies"),
        ),
    },
)
