"""``manage.py verify_archive FILE``: verify a package of the archive from the file alone. Uses no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from greendistrict.core import sealing
from reports.archive.verification import doubts_of, faults_of


class Command(BaseCommand):
    """Exits with 0 if manifest, digests and volume.json agree with the files and a trusted key signed them, with 1 and why if not."""

    help = "Check a package of the archive without the portal"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the package argument."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", type=Path, action="append", help="PEM file with the public key of another portal whose package it is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print that the package is valid, or raise its faults."""
        del args
        path: Path = options["file"]
        if faults := faults_of(path):
            raise CommandError("\n".join([f"不完整：{path.name}", *(f"- {fault}" for fault in faults)]))
        try:
            doubt = doubts_of(path, [pem for file in options["key"] or () for pem in sealing.pems_in(file)])
        except sealing.UnusableKeyError as error:
            raise CommandError(str(error)) from error
        if doubt:
            msg = f"未核实来源：{path.name}\n- 各文件与清单一致，但{doubt}"
            raise CommandError(msg)
        self.stdout.write(f"完整：{path.name}")
