"""``manage.py bench``: frequent paths compared with their limits."""

import os
import signal
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tools.bench.database import own_database

INSIDE = "tools.bench_settings"
ENDED = 143  # exit code of a program ended by SIGTERM


class Command(BaseCommand):
    """Measures in a temporary database. Ratios are only reported; a failing path or too many queries cause exit code 1."""

    help = "Measure the hot paths beside their limits"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: size, output file, and which paths."""
        parser.add_argument("names", nargs="*", help="paths to measure, e.g. score autosave; all without any")
        parser.add_argument("--tiny", action="store_true", help="a few rows and requests, to see that it works")
        parser.add_argument("--template", default="template1", help="database to begin with, such as one that is migrated already")
        parser.add_argument("--out", type=Path, default=Path(settings.VAR_DIR) / "bench.json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restart with the settings of the benchmark, in a database that is dropped at the end."""
        del args
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))  # so that database, server and workers are cleaned up
        if os.environ.get("DJANGO_SETTINGS_MODULE") == INSIDE:
            self._measure(options["names"], tiny=options["tiny"], out=options["out"])
            return
        words = [sys.executable, "manage.py", "bench", *options["names"], "--out", str(options["out"].absolute())]
        words += ["--tiny"] if options["tiny"] else []
        name = f"bench_{os.getpid()}"
        var = Path(settings.VAR_DIR)
        var.mkdir(parents=True, exist_ok=True)
        with own_database(name, options["template"]) as url, tempfile.TemporaryDirectory(prefix="bench-", dir=var) as media:
            environment = {
                **os.environ,
                "DATABASE_URL": url,
                "GD_OWNER_DATABASE_URL": url,
                "DJANGO_SETTINGS_MODULE": INSIDE,
                "GD_CACHE_PREFIX": name,
                "GD_QUEUE_PREFIX": f"{name}:",
                "GD_MEDIA_DIR": media,
                "GD_LOG_LEVEL": "WARNING",
            }
            returned = self._again(words, environment)
        if returned:
            msg = "bench failed"
            raise CommandError(msg)

    def _again(self, words: list[str], environment: dict[str, str]) -> int:
        """Run the benchmark in a child process and return its exit code; on SIGTERM the child is ended first, with its processes."""
        with subprocess.Popen(words, cwd=settings.BASE_DIR, env=environment) as process:  # noqa: S603 -- our own program
            try:
                return process.wait()
            except SystemExit:
                process.terminate()
                raise

    def _measure(self, names: list[str], *, tiny: bool, out: Path) -> None:
        from tools.bench import run  # noqa: PLC0415 -- only with the limits' URLs

        if unknown := set(names) - set(run.NAMES):
            msg = f"no such path: {', '.join(sorted(unknown))}; there are {', '.join(run.NAMES)}"
            raise CommandError(msg)
        call_command("migrate", verbosity=0)
        logs = Path(settings.VAR_DIR) / "log"
        logs.mkdir(parents=True, exist_ok=True)
        rows = run.run(run.TINY if tiny else run.BenchSize(), logs, self._say, names)
        run.write(rows, out)
        self._say(str(out))
        if failed := [row.name for row in rows if not row.within]:
            msg = f"too many queries: {', '.join(failed)}"
            raise CommandError(msg)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
