"""``manage.py demo_reset``: remove the fictional data and nothing else."""

from typing import Any

from django.core.management.base import BaseCommand

from tools.demo import cast, reset


class Command(BaseCommand):
    """Real districts, standards, calendar and the audit record are not changed."""

    help = "Remove demo data"

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove the data and print the number of rows."""
        del args, options
        removed = reset.remove_fiction()
        cast.accounts_path().unlink(missing_ok=True)
        for name, count in removed.items():
            self.stdout.write(f"{name} {count}")
        self.stdout.write("演示数据已清除；审计记录保留")
