"""Application configuration."""

import gc
from importlib import import_module
from types import ModuleType

from django.apps import AppConfig
from django.db.models.signals import post_migrate

# New objects after which Python's cyclic garbage collector runs: at its own 700 it takes a fifth of the processor time of tests that
# go through whole cases (44 s to 35 s for 73 tests), and finds next to nothing.
NEW_OBJECTS = 20_000
YOUNGER = 20  # its runs before it also looks at what survived them


class CoreConfig(AppConfig):
    """Small shared kernel: clock, working days, errors, numbers, forms."""

    name = "greendistrict.core"

    def __init__(self, app_name: str, app_module: ModuleType) -> None:
        """Relax the collector before the models of any app are loaded: it takes a tenth of the start of a process otherwise."""
        super().__init__(app_name, app_module)
        gc.set_threshold(NEW_OBJECTS, YOUNGER, YOUNGER)

    def ready(self) -> None:
        """Register the system checks; rights in the database follow every migration; the collector leaves alone what is loaded."""
        import_module("greendistrict.core.checks")
        post_migrate.connect(import_module("greendistrict.core.rights").grant, sender=self)
        gc.freeze()
