"""Application configuration."""

import gc
from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    """Small shared kernel: clock, working days, errors, numbers, forms."""

    name = "greendistrict.core"

    def ready(self) -> None:
        """Register the system checks; rights in the database follow every migration; the collector leaves alone what is loaded."""
        import_module("greendistrict.core.checks")
        post_migrate.connect(import_module("greendistrict.core.rights").grant, sender=self)
        gc.freeze()
        gc.enable()  # the settings have stopped it
