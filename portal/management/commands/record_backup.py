"""Note that a backup was made, so that the page of operations shows its age."""

from typing import Any

from django.core.management.base import BaseCommand

from greendistrict.core import clock
from greendistrict.core.models import JobRun
from portal.operations.selectors.expiries import BACKUP


class Command(BaseCommand):
    """To be run after a backup was written and read back."""

    help = "Note that a backup was made now; run it after the copy is complete."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Store the time."""
        now = clock.now()
        JobRun.objects.update_or_create(name=BACKUP, defaults={"succeeded_at": now})
        self.stdout.write(f"备份已登记：{now:%Y-%m-%d %H:%M}")
