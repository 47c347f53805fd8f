"""A portal of its own for a test: web server, worker and beat as processes, with database, queues, files and business time of its own."""

import contextlib
import ctypes
import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from greendistrict import embedded
from greendistrict.processes import until

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 240
STOP_SECONDS = 15
DEATH_OF_PARENT = 1


def _die_with_parent():
    ctypes.CDLL(None).prctl(DEATH_OF_PARENT, signal.SIGTERM)


class Portal:
    """Processes in ``folder``; use as a context. ``name`` must be unique among portals of one database server."""

    def __init__(self, folder: Path, name: str, **settings: str):
        self.folder, self.name = folder, name
        servers = embedded.ensure()
        self._admin = os.environ.get("DATABASE_URL") or servers.database_url
        self.clock = folder / "clock"
        self.mail = folder / "mail"
        self.media = folder / "media"
        folder.mkdir(parents=True, exist_ok=True)
        address = urlsplit(self._admin)
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("GD_", "PYTEST_", "DJANGO_"))} | {
            "DATABASE_URL": urlunsplit(address._replace(path=f"/{name}")),
            "REDIS_URL": os.environ.get("REDIS_URL") or servers.redis_url,
            "GD_STATE_DIR": os.environ.get("GD_STATE_DIR") or str(servers.state),
            "GD_VAR_DIR": str(folder),
            "GD_CLOCK_FILE": str(self.clock),
            "GD_QUEUE_PREFIX": f"{name}:",
            "GD_CACHE_PREFIX": name,
            "GD_OUTBOX_SECONDS": "1",
            "GD_DAILY_SECONDS": "3",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        self.url = ""
        self._running: dict[str, subprocess.Popen] = {}
        self._started: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {}

    def __enter__(self):
        self._sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)', f'CREATE DATABASE "{self.name}"')
        return self

    def __exit__(self, *_):
        self.stop()
        self._sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _sql(self, *statements):
        with psycopg.connect(self._admin, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def run(self, *words: str) -> str:
        """Run ``python …`` to its end; returns what it said, fails with its last words."""
        done = subprocess.run([sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{words[:3]} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout

    def start_web(self, port: int = 0) -> None:
        """Threaded gunicorn on a free port, or on the one it had before it was killed; returns when it answers."""
        with socket.socket() as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(("127.0.0.1", port))
            server.listen(128)
            self.url = f"http://127.0.0.1:{server.getsockname()[1]}"
            self.environment["SITE_URL"] = self.url
            web = ["gunicorn", "greendistrict.wsgi", "--bind", f"fd://{server.fileno()}", "--worker-class", "gthread", "--threads", "4"]
            self.start("web", *web, "--timeout", "120", "--no-control-socket", pass_fds=(server.fileno(),))
        self._await(lambda: "database" in self.readiness(), "web")

    def start_background(self, *, workers: int = 1, beat: bool = True) -> None:
        """Workers for both queues and beat; returns when a worker answers."""
        celery = ("celery", "--app", "greendistrict")
        quick = {"GD_BROKER_SECONDS": "10"}
        for number in range(1, workers + 1):
            words = ("worker", "--queues", "default,reports", "--concurrency", "1", "--loglevel", "INFO", "--without-gossip")
            self.start(f"worker{number}", *celery, *words, "--hostname", f"{self.name}{number}@%h", **quick)
        if beat:
            self.start("beat", *celery, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(self.folder / "beat"), **quick)
        self._await(lambda: self.readiness().get("worker") == "ok", "worker1")

    def supervise(self) -> None:
        """Start again what has ended by itself, as ``restart: unless-stopped`` of the compose file does; leave the rest alone."""
        for label, process in list(self._running.items()):
            if label in self._started and process.poll() is not None:
                words, settings = self._started[label]
                self.start(label, *words, **settings)

    def start(self, label: str, *words: str, pass_fds=(), **settings: str) -> None:
        """Start ``python -m <words>``; its output goes to ``<label>.log``."""
        if not pass_fds:
            self._started[label] = words, settings
        with self.log(label).open("wb") as log:
            self._running[label] = subprocess.Popen(
                [sys.executable, "-m", *words], cwd=ROOT, env={**self.environment, **settings}, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True, pass_fds=pass_fds, preexec_fn=_die_with_parent,  # noqa: PLW1509
            )  # fmt: skip

    def end(self, label: str) -> None:
        """End one process and its helpers, gently, then not."""
        process = self._running.pop(label)
        for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            if until(lambda: process.poll() is not None, seconds):
                return

    def kill(self, label: str) -> None:
        """Kill one process and its helpers without a word."""
        process = self._running.pop(label)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def rows(self, query: str, *values: object) -> list[tuple]:
        """Answer of a query to the portal's database; statements are committed."""
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """End everything that was started, the last first."""
        for label in reversed(list(self._running)):
            self.end(label)

    def log(self, label: str) -> Path:
        """Where the output of a process goes."""
        return self.folder / f"{label}.log"

    def complaints(self) -> str:
        """Tracebacks in the logs of all processes."""
        texts = {path.name: path.read_text(encoding="utf-8", errors="replace") for path in self.folder.glob("*.log")}
        return "\n".join(f"{name}: …{text[text.index('Traceback') :][:3000]}" for name, text in texts.items() if "Traceback" in text)

    def readiness(self) -> dict[str, str]:
        """Checks of ``/readyz`` by name; empty while nothing answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=30) as answer:  # noqa: S310 -- loopback
                return json.load(answer)["checks"]
        except urllib.error.HTTPError as error:
            with error:
                return json.load(error).get("checks", {})
        except (OSError, ValueError):
            return {}

    def _await(self, done, label: str) -> None:
        ready = until(lambda: self._running[label].poll() is not None or done(), READY_SECONDS)
        if not ready or self._running[label].poll() is not None:
            msg = f"{label} did not come up:\n{self.log(label).read_text(encoding='utf-8', errors='replace')[-3000:]}"
            raise AssertionError(msg)

    def move(self, moment: dt.datetime | dt.date) -> None:
        """Set business time in every process; a date means ten o'clock."""
        if not isinstance(moment, dt.datetime):
            moment = dt.datetime.combine(moment, dt.time(10))
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(moment.isoformat(timespec="seconds"), encoding="utf-8")
        fresh.replace(self.clock)
