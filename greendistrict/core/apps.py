"""Application configuration."""

from importlib import import_module

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Small shared kernel: clock, working days, errors, numbers, forms."""

    name = "greendistrict.core"

    def ready(self) -> None:
        """Register the system checks."""
        import_module("greendistrict.core.checks")
