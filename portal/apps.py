"""Application configuration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages that compose all apps: work desk, district page, public pages."""

    name = "portal"

    def ready(self) -> None:
        """Fill the registries."""
        from portal import wiring  # noqa: PLC0415 -- models are ready only now

        wiring.wire()
