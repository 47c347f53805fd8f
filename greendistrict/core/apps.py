"""Application configuration."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Small shared kernel: clock, working days, errors, numbers, forms."""

    name = "greendistrict.core"
