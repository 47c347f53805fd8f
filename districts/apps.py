"""Application configuration."""

from django.apps import AppConfig


class DistrictsConfig(AppConfig):
    """Districts, plans, key projects, plots, works and baselines."""

    name = "districts"
