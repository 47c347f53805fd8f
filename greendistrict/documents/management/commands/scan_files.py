"""``manage.py scan_files [--again]``: scan uploaded files for viruses now."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from greendistrict.documents import scans
from greendistrict.documents.enums import ScanState
from greendistrict.documents.models import Evidence
from greendistrict.documents.scans import ScannerAway


class Command(BaseCommand):
    """Scans waiting files; with ``--again`` also files scanned before, for example after a signature update or a false alarm."""

    help = "Scan uploaded files for viruses; exits 1 where clamd does not answer"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--again", action="store_true", help="also files that were scanned before")

    def handle(self, *_args: Any, again: bool, **_options: Any) -> None:
        """Scan, and print the number of files by state. Raises ``CommandError``."""
        if not settings.CLAMD:
            msg = "没有设置查毒程序：GD_CLAMD"
            raise CommandError(msg)
        states = [ScanState.WAITING, *((ScanState.CLEAN, ScanState.INFECTED) if again else ())]
        keys = list(Evidence.objects.filter(scan__in=states).order_by("pk").values_list("pk", flat=True))
        found = dict.fromkeys(ScanState, 0)
        try:
            for pk in keys:
                if (state := scans.scan(pk, again=again)) is not None:
                    found[state] += 1
        except ScannerAway as away:
            raise CommandError(str(away), returncode=1) from away
        self.stdout.write(f"已查{sum(found.values())}份，其中{found[ScanState.INFECTED]}份发现病毒")
