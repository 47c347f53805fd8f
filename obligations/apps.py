"""Application configuration."""

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    """Who owes what by when, and the reminder sweep."""

    name = "obligations"

    def ready(self) -> None:
        """Fill the registries."""
        from obligations import wiring  # noqa: PLC0415 -- models are ready only now

        wiring.wire()
