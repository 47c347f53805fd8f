"""Load administrative areas, the bodies that lead districts and the real districts from the app's own data."""

from typing import Any

from django.core.management.base import BaseCommand

from districts.file import reference


class Command(BaseCommand):
    """Idempotent; titles are loaded afterwards by approvals, through the engine."""

    help = "载入行政区、区人民政府和特定地区管委会、真实城区（不含称号）"

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Load and say how many there are."""
        areas, authorities, districts, guideline_areas = reference.load()
        self.stdout.write(
            f"行政区{areas}个，区人民政府和特定地区管委会{authorities}个，真实城区{districts}个，导则覆盖区{guideline_areas}个"
        )
