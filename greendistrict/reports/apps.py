"""Application configuration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Report kinds: figures, PDF, XLSX, and export jobs with progress."""

    name = "greendistrict.reports"
