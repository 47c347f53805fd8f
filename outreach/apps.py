"""Application configuration."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Opinions of the public."""

    name = "outreach"
    verbose_name = "公众参与"
