"""Application configuration."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """State machines as data, the one writer of state, and the outbox."""

    name = "greendistrict.workflow"
