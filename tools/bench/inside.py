"""Base of the commands that measure: they start themselves again in a database, with queues and files of their own, dropped at the end."""

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


class MeasuringCommand(BaseCommand):
    """Subclasses have a ``name``, say which ``words`` start them again, and ``measure``."""

    name = ""
    business_time = ""  # at which everything begins; empty: now

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments of all: size, database to begin with, output file."""
        parser.add_argument("--tiny", action="store_true", help="a few rows and requests, to see that it works")
        parser.add_argument("--template", default="template1", help="database to begin with, such as one that is migrated already")
        parser.add_argument("--out", type=Path, default=Path(settings.VAR_DIR) / f"{self.name}.json")

    def words(self, options: dict[str, Any]) -> list[str]:
        """Further arguments of the second start."""
        raise NotImplementedError

    def measure(self, options: dict[str, Any], logs: Path) -> None:
        """Measure in the migrated database."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Restart with the settings of the benchmark, in a database that is dropped at the end."""
        del args
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))  # so that database, server and workers are cleaned up
        if os.environ.get("DJANGO_SETTINGS_MODULE") == INSIDE:
            call_command("migrate", verbosity=0)
            logs = Path(settings.VAR_DIR) / "log"
            logs.mkdir(parents=True, exist_ok=True)
            self.measure(options, logs)
            return
        words = [sys.executable, "manage.py", self.name, *self.words(options), "--out", str(options["out"].absolute())]
        words += ["--tiny"] if options["tiny"] else []
        name = f"{self.name}_{os.getpid()}"
        var = Path(settings.VAR_DIR)
        var.mkdir(parents=True, exist_ok=True)
        with own_database(name, options["template"]) as url, tempfile.TemporaryDirectory(prefix=f"{self.name}-", dir=var) as media:
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
            if self.business_time:
                clock = Path(media) / "clock"
                clock.write_text(self.business_time, encoding="utf-8")
                environment["GD_CLOCK_FILE"] = str(clock)
            returned = self._again(words, environment)
        if returned:
            msg = f"{self.name} failed"
            raise CommandError(msg)

    def say(self, text: str) -> None:
        """Print a line at once."""
        self.stdout.write(text)
        self.stdout.flush()

    def _again(self, words: list[str], environment: dict[str, str]) -> int:
        """Run the benchmark in a child process and return its exit code; on SIGTERM the child is ended first, with its processes."""
        with subprocess.Popen(words, cwd=settings.BASE_DIR, env=environment) as process:  # noqa: S603 -- our own program
            try:
                return process.wait()
            except SystemExit:
                process.terminate()
                raise
