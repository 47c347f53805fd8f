"""Application configuration."""

from importlib import import_module

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Policies as data: rules, settings and the pure engine that evaluates them."""

    name = "greendistrict.policy"

    def ready(self) -> None:
        """Register the system checks."""
        import_module("greendistrict.policy.checks")
