"""A portal of its own for a test: web server, worker and beat as processes, with database, queues, files and business time of its own."""

import contextlib
import ctypes
import datetime as dt
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from greendistrict import embedded
from greendistrict.processes import until
from scripts.story import KEPT_SECRETLY, SOURCES, digest_of

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 240
STOP_SECONDS = 15
DEATH_OF_PARENT = 1
MIGRATED = "gd_migrated_"
TEMPLATE_LOCK = 20231113  # each kind of template has a lock of its own: this number and the first letters of its name
CELERY = ("celery", "--app", "greendistrict")
QUEUES = "default,mail,hooks,reports,imports,maintenance,office"
CLASS = "greendistrict.web_worker.WebWorker"
QUICK = {"GD_BROKER_SECONDS": "10"}
DAILY = 3  # seconds between the jobs of one day and the next
SELDOM = 3600  # the same where no test waits for them: every three seconds they would take a quarter of a processor from the tests
COMPLAINT = re.compile(r"Traceback|\[warning.*\[(?:weasyprint|fontTools|pikepdf)")


def _die_with_parent():
    ctypes.CDLL(None).prctl(DEATH_OF_PARENT, signal.SIGTERM)


def migrations_digest() -> str:
    """Short digest of every migration and of what migrating does besides."""
    return digest_of([*migrations(), ROOT / "greendistrict" / "core" / "rights.py"])


def migrations() -> list[Path]:
    """Files of every migration of the portal; libraries are left alone, which a search from the root would look through."""
    return [path for folder in SOURCES for path in (ROOT / folder).rglob("migrations/*.py")]


class Portal:
    """Processes in ``folder``; use as a context. ``name`` must be unique among portals of one database server."""

    def __init__(self, folder: Path, name: str, **settings: str):
        self.folder, self.name = folder, name
        servers = embedded.ensure()
        app = os.environ.get("DATABASE_URL") or servers.database_url
        self.state = Path(os.environ.get("GD_STATE_DIR") or servers.state)
        self._admin = os.environ.get("GD_OWNER_DATABASE_URL") or os.environ.get("DATABASE_URL") or servers.owner_url
        self.clock = folder / "clock"
        self.mail = folder / "mail"
        self.media = folder / "media"
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("GD_", "PYTEST_", "DJANGO_"))} | {
            "DATABASE_URL": urlunsplit(urlsplit(app)._replace(path=f"/{name}")),
            "GD_OWNER_DATABASE_URL": urlunsplit(urlsplit(self._admin)._replace(path=f"/{name}")),
            "REDIS_URL": os.environ.get("REDIS_URL") or servers.redis_url,
            "GD_STATE_DIR": str(self.state),
            "GD_VAR_DIR": str(folder),
            "GD_CLOCK_FILE": str(self.clock),
            "GD_QUEUE_PREFIX": f"{name}:",
            "GD_CACHE_PREFIX": name,
            "GD_OUTBOX_SECONDS": "1",
            "PGOPTIONS": "-c synchronous_commit=off",  # a test's database need not survive a power cut
            "PYTHONUNBUFFERED": "1",
            "CELERY_SKIP_CHECKS": "1",  # which load every page of the portal for each worker; ``manage.py check`` is tested on its own
            "DJANGO_SETTINGS_MODULE": "tests.portal_settings",
            **settings,
        }
        self.url = ""
        self._running: dict[str, subprocess.Popen] = {}

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

    def migrate(self) -> str:
        """Give the portal every table: a copy of a database that was migrated once for these migrations; returns that one's name."""
        digest = migrations_digest()
        self.copy_of(MIGRATED, digest, lambda: self.run("manage.py", "migrate", "--noinput", "--verbosity", "0"))
        return f"{MIGRATED}{digest}"

    def copy_of(self, kind: str, digest: str, make: Callable[[], object]) -> bool:
        """Give the portal a copy of the database and of the files that ``make`` once made in a portal; returns whether it made them now.

        The name of the database kept is ``kind`` and ``digest``; others of its kind, made from other sources, go.
        """
        template, kept = f"{kind}{digest}", self.state / "templates" / f"{kind}{digest}"
        with psycopg.connect(self._admin, autocommit=True) as connection:
            # until the connection closes: others wait for the first
            connection.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [TEMPLATE_LOCK, kind])
            names = [row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [kind])]
            new = template not in names or not kept.is_dir()
            if new:
                for name in names:
                    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                make()
                self._keep(kept, kind)
                asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
                assert until(lambda: connection.execute(asked, [self.name]).fetchone() == (0,), STOP_SECONDS), "somebody is left in it"
                connection.execute(f'ALTER DATABASE "{self.name}" RENAME TO "{template}"')
            else:
                shutil.copytree(kept, self.folder, dirs_exist_ok=True)
            connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{template}"')
        return new

    def _keep(self, kept: Path, kind: str) -> None:
        """Keep the portal's files beside the database; passwords are among them."""
        kept.parent.mkdir(mode=KEPT_SECRETLY, parents=True, exist_ok=True)
        for old in kept.parent.glob(f"{kind}*"):
            shutil.rmtree(old)
        shutil.copytree(self.folder, kept, ignore=shutil.ignore_patterns(self.clock.name, "*.log"))

    def run(self, *words: str) -> str:
        """Run ``python …`` to its end; returns what it said, fails with its last words."""
        done = subprocess.run([sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{words[:3]} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout

    def start_web(self, port: int = 0, application: str = "greendistrict.wsgi") -> None:
        """Threaded gunicorn on a free port, or on the one it had before it was killed; returns when it answers."""
        with socket.socket() as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(("127.0.0.1", port))
            server.listen(128)
            self.url = f"http://127.0.0.1:{server.getsockname()[1]}"
            self.environment["SITE_URL"] = self.url
            web = ["gunicorn", application, "--bind", f"fd://{server.fileno()}", "--threads", "4", "--worker-class", CLASS]
            # with a pool, as the demo and the image have it: a connection of its own costs a request 7 ms of processor time
            self.start("web", *web, "--timeout", "120", "--no-control-socket", pass_fds=(server.fileno(),), GD_DATABASE_POOL="1")
        self._await(lambda: "database" in self.readiness(), "web")

    def start_background(self, *, workers: int = 1, beat: bool = True) -> None:
        """Workers for all queues and beat; returns when a worker answers."""
        for number in range(1, workers + 1):
            self.start_worker(number)
        if beat:
            self.start_beat()
        self._await(lambda: self.readiness().get("worker") == "ok", "worker1")

    def start_worker(self, number: int = 1) -> None:
        """A worker for all queues."""
        words = ("worker", "--queues", QUEUES, "--concurrency", "1", "--loglevel", "INFO", "--without-gossip")
        self.start(f"worker{number}", *CELERY, *words, "--hostname", f"{self.name}{number}@%h", **QUICK)

    def start_beat(self, daily: int = DAILY) -> None:
        """The process that sends the periodic jobs; those of every day come every ``daily`` seconds."""
        words = ("beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(self.folder / "beat"))
        self.start("beat", *CELERY, *words, GD_DAILY_SECONDS=str(daily), **QUICK)

    def start(self, label: str, *words: str, pass_fds=(), **settings: str) -> None:
        """Start ``python -m <words>``; its output goes to ``<label>.log``."""
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
                break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # a helper that outlived it would go on in the test's database

    def kill(self, label: str) -> None:
        """Kill one process and its helpers without a word."""
        process = self._running.pop(label)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def is_running(self, label: str) -> bool:
        """Whether the process that was started under this name has not ended."""
        return self._running[label].poll() is None

    def children(self, label: str) -> list[int]:
        """Processes that one has forked, such as the pool of a worker."""
        pid = self._running[label].pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]

    def rows(self, query: str, *values: object) -> list[tuple]:
        """Answer of a query to the portal's database as its owner; statements are committed."""
        with psycopg.connect(self.environment["GD_OWNER_DATABASE_URL"], autocommit=True) as connection:
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
        """Tracebacks and warnings of PDF libraries in the logs of all processes."""
        texts = {path.name: path.read_text(encoding="utf-8", errors="replace") for path in self.folder.glob("*.log")}
        return "\n".join(f"{name}: …{text[found.start() :][:3000]}" for name, text in texts.items() if (found := COMPLAINT.search(text)))

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
