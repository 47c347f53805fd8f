"""``manage.py check_data``: whether the stored data are consistent."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.data_check import selectors
from portal.data_check.services import check_all


class Command(BaseCommand):
    """Lists every finding and exits 1 if there are any; ``--json`` prints them as JSON."""

    help = "Check files, digests, scores, receipts, decisions, draws, the audit chain and every row against today's constraints"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: output as JSON."""
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the check and print what was checked and found."""
        result = check_all()
        if options["json"]:
            held = {"found": result.found, "counts": dict(result.counts), "findings": [finding.as_json() for finding in result.findings]}
            self.stdout.write(json.dumps(held, ensure_ascii=False, indent=1))
        elif run := selectors.last_check():
            self.stdout.write(f"已核对{selectors.counted_words(run)}")
        if result.found:
            more = [f"……共{result.found}处"] if result.found > len(result.findings) else []
            lines = [] if options["json"] else [*map(str, result.findings), *more]
            raise CommandError("\n".join([f"发现{result.found}处问题", *lines]), returncode=1)
        if not options["json"]:
            self.stdout.write("没有发现问题")
