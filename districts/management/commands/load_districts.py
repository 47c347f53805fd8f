"""Load administrative areas, their governments and the real districts from the app's own data."""

from typing import Any

from django.core.management.base import BaseCommand

from districts import reference


class Command(BaseCommand):
    """Idempotent; titles are loaded afterwards by approvals, through the engine."""

    help = "载入行政区、区人民政府和真实城区（不含称号）"

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        """Load and say how many there are."""
        loaded = reference.load()
        self.stdout.write(
            f"行政区和特定地区{loaded.areas}个，区人民政府{loaded.authorities}个，"
            f"真实城区{loaded.districts}个，导则覆盖区{loaded.guideline_areas}个"
        )
