"""Application configuration."""

from django.apps import AppConfig


class ToolsConfig(AppConfig):
    """Demo and benchmark."""

    name = "tools"
