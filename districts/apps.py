"""Application configuration."""

from django.apps import AppConfig


class DistrictsConfig(AppConfig):
    """Districts, plans, key projects, plots, works and baselines."""

    name = "districts"

    def ready(self) -> None:
        """Fill the registries."""
        from districts import wiring  # noqa: PLC0415 -- models are ready only now

        wiring.wire()
