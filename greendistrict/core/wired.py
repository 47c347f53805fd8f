"""Configuration of an app that fills registries."""

from importlib import import_module

from django.apps import AppConfig


class WiredConfig(AppConfig):
    """Calls ``wire`` of the app's ``wiring`` once the models are ready.

    An ``apps.py`` imports this module, not the class: Django would find two configurations in it and take neither.
    """

    def ready(self) -> None:
        """Fill the registries."""
        import_module(f"{self.name}.wiring").wire()
