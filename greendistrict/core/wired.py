"""Base configuration of apps that fill registries."""

from importlib import import_module

from django.apps import AppConfig


class WiredConfig(AppConfig):
    """Calls ``wire`` of the app's ``wiring`` module once the models are ready.

    An ``apps.py`` imports this module instead of the class; otherwise Django would find two configurations in it and use neither.
    """

    def ready(self) -> None:
        """Fill the registries."""
        import_module(f"{self.name}.wiring").wire()
