"""Application configuration."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Standard editions, clauses, rules and pure scoring; knows no district."""

    name = "indicators"
    verbose_name = "评价标准"

    def ready(self) -> None:
        """Make the life of an edition known to the workflow."""
        from indicators import lifecycle  # noqa: F401, PLC0415 - models are ready only now
