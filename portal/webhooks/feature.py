"""The feature of webhooks."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.webhooks import views

FEATURE = Feature(
    pages={
        "basics#接口推送": (
            path("webhooks/", views.webhooks, name="webhooks"),
            path("webhooks/<int:pk>/", views.webhook, name="webhook"),
            path("webhooks/<int:pk>/remove/", views.webhook_remove, name="webhook_remove"),
            path("webhooks/deliveries/<int:pk>/", views.webhook_redeliver, name="webhook_redeliver"),
        ),
    },
)
