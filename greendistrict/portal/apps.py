"""Application configuration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages that compose all apps: work desk, district page, public pages."""

    name = "greendistrict.portal"
