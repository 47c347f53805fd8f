"""Application configuration."""

from django.apps import AppConfig


class CarbonConfig(AppConfig):
    """Emission factors and inventories."""

    name = "carbon"
    verbose_name = "碳排放"
