"""``manage.py load_editions``: the editions that ship with the portal."""

from typing import Any

from django.core.management.base import BaseCommand

from indicators.editions.services import load_shipped_editions


class Command(BaseCommand):
    """Imports and publishes what ships; a frozen edition stays as it is. Safe to repeat."""

    help = "Import the editions that ship with the portal"

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and count."""
        del args
        editions = load_shipped_editions()
        if options["verbosity"]:
            for edition in editions:
                self.stdout.write(f"{edition.code} {edition.get_status_display()}{'' if edition.complete else '，未录全'}")
