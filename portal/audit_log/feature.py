"""The feature of the audit log."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.audit_log import views

FEATURE = Feature(
    namespace="audit",
    pages={
        "keepers#审计记录": (
            path("", views.event_list, name="event_list"),
            path("export/", views.event_export, name="event_export"),
        ),
    },
)
