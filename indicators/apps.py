"""Application configuration."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Standard editions, clauses, rules and pure scoring; knows no district."""

    name = "indicators"
