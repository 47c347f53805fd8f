"""Application configuration."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Every message the portal can send, the inbox and the channels."""

    name = "greendistrict.notifications"

    def ready(self) -> None:
        """Fill the registries."""
        from greendistrict.notifications import wiring  # noqa: PLC0415 -- models are ready only now

        wiring.wire()
