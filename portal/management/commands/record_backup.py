"""Record that a backup was made, so that the operations page shows its age."""

from typing import Any

from django.core.management.base import BaseCommand

from greendistrict.core import clock
from portal.backup import record


class Command(BaseCommand):
    """Run this after making and verifying a backup by other means (``manage.py backup`` records its own)."""

    help = "Note that a backup was made now; run it after the copy is complete."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Store the time."""
        record.note(clock.now())
        self.stdout.write(f"备份已登记：{clock.now():%Y-%m-%d %H:%M}")
