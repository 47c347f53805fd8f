"""Application configuration."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Standard editions, clauses, rules and pure scoring; knows no district."""

    name = "indicators"
    verbose_name = "评价标准"

    def ready(self) -> None:
        """Fill the registries."""
        from indicators import wiring  # noqa: PLC0415 -- models are ready only now

        wiring.wire()
