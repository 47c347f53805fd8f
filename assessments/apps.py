"""Application configuration."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """Score tables, expert review, self-checks."""

    name = "assessments"
