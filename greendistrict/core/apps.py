"""Application configuration."""

import gc
from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    """App of the shared kernel."""

    name = "greendistrict.core"

    def ready(self) -> None:
        """Register the system checks and the granting of database rights after each migration; freeze loaded objects for the collector."""
        import_module("greendistrict.core.checks")
        import_module("greendistrict.core.several_hosts")
        post_migrate.connect(import_module("greendistrict.core.rights").grant, sender=self)
        gc.freeze()
        gc.enable()  # disabled while the settings were loaded
