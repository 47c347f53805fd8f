"""Application configuration."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Cases, endorsement, notices, announcement batches, titles."""

    name = "approvals"

    def ready(self) -> None:
        """Fill the registries."""
        from approvals import wiring  # noqa: PLC0415 -- models are ready only now

        wiring.wire()
