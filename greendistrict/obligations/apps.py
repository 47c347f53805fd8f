"""Application configuration."""

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    """Who owes what by when, and the reminder sweep."""

    name = "greendistrict.obligations"
