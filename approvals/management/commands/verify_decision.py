"""``manage.py verify_decision NUMBER`` checks that no record behind a decision was changed since."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from approvals.casework.selectors.verification import decision_by_number, verify


class Command(BaseCommand):
    """Verify the decision with this number of a case, a decision or a title."""

    help = "Compare a decision's frozen dossier with what is stored now and compute it again"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the argument ``number``."""
        parser.add_argument("number", help="SQ-2026-0007, BG-2026-0003 or the decision's own number")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every changed part and every recomputed figure. Exits with 1 if anything differs."""
        del args
        case = decision_by_number(options["number"])
        if case is None:
            msg = f"没有编号为 {options['number']} 的决定"
            raise CommandError(msg)
        found = verify(case)
        if not found.frozen:
            msg = f"{case.number} 尚未决定，或决定早于存档"
            raise CommandError(msg)
        for row in found.changed:
            self.stdout.write(f"已改动　{row.part}　{row.where}　存档 {row.frozen}　现在 {row.now}")
        for row in found.unread:
            self.stdout.write(f"读不出　{row.part}　{row.where}　存档 {row.frozen}")
        for check in found.checks:
            self.stdout.write(f"{'一致' if check.holds else '不一致'}　{check.label}　{check.detail}".rstrip())
        if not found.holds:
            msg = f"{case.number} 与决定时不一致" if found.differs else f"{case.number} 有文件现在读不出，未能全部核对"
            raise CommandError(msg)
        self.stdout.write(f"{case.number}　{case}：与决定时一致")
