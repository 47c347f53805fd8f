"""The feature of the health checks."""

from django.urls import path

from greendistrict.core import health
from greendistrict.core.features import Feature

FEATURE = Feature(
    public={
        "": (
            path("healthz", health.healthz, name="healthz"),
            path("readyz", health.readyz, name="readyz"),
        ),
    },
)
