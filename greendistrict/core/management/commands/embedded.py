"""Start, stop or show the embedded PostgreSQL and Redis of this checkout."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from greendistrict import embedded


class Command(BaseCommand):
    """``embedded start|stop|status``; status exits 1 where a server is not running."""

    help = "Start, stop or show the embedded PostgreSQL and Redis of this checkout."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the argument that names what to do."""
        parser.add_argument("what", choices=("start", "stop", "status"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raise ``CommandError`` with the server's message if it cannot be started."""
        try:
            {"start": self._start, "stop": self._stop, "status": self._status}[options["what"]]()
        except embedded.EmbeddedError as error:
            raise CommandError(str(error)) from error

    def _start(self) -> None:
        servers = embedded.ensure()
        urls = {"DATABASE_URL": servers.database_url, "GD_OWNER_DATABASE_URL": servers.owner_url, "REDIS_URL": servers.redis_url}
        self.stdout.write("\n".join(f"{name}={url}" for name, url in urls.items()) + f"\nstate: {servers.state}")

    def _stop(self) -> None:
        self.stdout.write("stopped: " + (", ".join(embedded.stop()) or "nothing was running"))

    def _status(self) -> None:
        found = embedded.running()
        for name, pids in found.items():
            self.stdout.write(f"{name}: {'running, pid ' + ' '.join(map(str, pids)) if pids else 'stopped'}")
        self.stdout.write(f"state: {embedded.state_folder()}")
        if not all(found.values()):
            msg = "not all servers are running"
            raise CommandError(msg, returncode=1)
