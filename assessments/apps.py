"""Application configuration."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """Score tables, expert review, self-checks."""

    name = "assessments"

    def ready(self) -> None:
        """Fill the registries."""
        from assessments import wiring  # noqa: PLC0415 -- models are ready only now

        wiring.wire()
