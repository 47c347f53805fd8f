"""Application configuration."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Policies as data: rules, settings and the pure engine that asks them."""

    name = "greendistrict.policy"
