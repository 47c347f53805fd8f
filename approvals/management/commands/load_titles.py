"""Enter the titles of the real districts as historical decisions (历史补录) through the policy engine; may be run repeatedly."""

from typing import Any

from django.core.management.base import BaseCommand

from approvals.titles.services.history import load_titles


class Command(BaseCommand):
    """``manage.py load_titles``, after ``load_districts``."""

    help = "Enter the known titles of real districts as historical decisions."

    def handle(self, *args: Any, **options: Any) -> None:
        """Report how many titles were entered and how many existed."""
        del args, options
        entered, known = load_titles()
        self.stdout.write(f"titles: {entered} entered, {known} already there")
