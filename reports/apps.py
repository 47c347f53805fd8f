"""Application configuration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Report kinds: figures, PDF, XLSX, and export jobs with progress."""

    name = "reports"

    def ready(self) -> None:
        """Fill the registries."""
        from reports import wiring  # noqa: PLC0415 -- models are ready only now

        wiring.wire()
