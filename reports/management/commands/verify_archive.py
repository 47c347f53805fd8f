"""``manage.py verify_archive FILE``: verify a package of the archive from the file alone. Uses no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.archive.verification import faults_of


class Command(BaseCommand):
    """Exits with 0 if manifest, digests and volume.json agree with the files, with 1 and all faults if not."""

    help = "Check a package of the archive without the portal"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the package argument."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print that the package is valid, or raise its faults."""
        del args
        path: Path = options["file"]
        if faults := faults_of(path):
            raise CommandError("\n".join([f"不完整：{path.name}", *(f"- {fault}" for fault in faults)]))
        self.stdout.write(f"完整：{path.name}")
