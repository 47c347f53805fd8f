"""``manage.py bench``: frequent paths compared with their limits."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tools.bench.inside import MeasuringCommand


class Command(MeasuringCommand):
    """Measures in a temporary database. Ratios are only reported; a failing path or too many queries cause exit code 1."""

    help, name = "Measure the hot paths beside their limits", "bench"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: which paths, and those of all."""
        parser.add_argument("names", nargs="*", help="paths to measure, e.g. score autosave; all without any")
        super().add_arguments(parser)

    def words(self, options: dict[str, Any]) -> list[str]:
        """The paths."""
        return list(options["names"])

    def measure(self, options: dict[str, Any], logs: Path) -> None:
        """Measure the paths, write the file, and tell which ask too many queries."""
        from tools.bench import run  # noqa: PLC0415 -- only with the limits' URLs

        if unknown := set(options["names"]) - set(run.NAMES):
            msg = f"no such path: {', '.join(sorted(unknown))}; there are {', '.join(run.NAMES)}"
            raise CommandError(msg)
        rows = run.run(run.TINY if options["tiny"] else run.BenchSize(), logs, self.say, options["names"])
        run.write(rows, options["out"])
        self.say(str(options["out"]))
        if failed := [row.name for row in rows if not row.within]:
            msg = f"too many queries: {', '.join(failed)}"
            raise CommandError(msg)
