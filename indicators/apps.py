"""Application configuration."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Standard editions, clauses, rules and pure scoring; independent of districts."""

    name = "indicators"
    verbose_name = "评价标准"
