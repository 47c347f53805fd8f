"""``make demo`` broken off by Ctrl-C in a phase: nothing stays behind, and the next start reaches its URL without a complaint.

Two phases are tried with every change, each of them in ``make test-long``. The processes and servers are the real ones in a state folder of
their own; the story is a short one.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psycopg
import pytest

from greendistrict import embedded
from greendistrict.processes import until
from scripts import demo
from tests.ops.running import python
from tests.servers import free_port

pytestmark = pytest.mark.slow
SECONDS = 240  # only ends what would never come
OVER = 130


@pytest.fixture
def place(state):
    """Variables of a demo with folders and a port of its own."""
    var = Path(tempfile.mkdtemp(prefix="gd-var-"))
    var.chmod(0o755)
    given = {name: value for name, value in os.environ.items() if not name.startswith(("GD_", "PYTEST_", "DJANGO_", "DATABASE", "REDIS"))}
    more = {"GD_STATE_DIR": str(state), "GD_VAR_DIR": str(var), "GD_PORT": str(free_port()), "PYTHONPATH": str(demo.ROOT)}
    yield {**given, **more, "DJANGO_SETTINGS_MODULE": "tests.ops.short_story"}
    shutil.rmtree(var)


class Demo:
    """The command behind ``make demo`` in a process group of its own, as a terminal has it; ``said`` are its lines so far."""

    def __init__(self, place):
        self.place, self.said = place, []
        self.state, self.var = Path(place["GD_STATE_DIR"]), Path(place["GD_VAR_DIR"])

    def __enter__(self):
        words = [sys.executable, "scripts/demo.py"]
        self.process = subprocess.Popen(
            words, cwd=demo.ROOT, env=self.place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()
        return self

    def _listen(self):
        for line in self.process.stdout:
            self.said.append(line.rstrip())

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._listener.join()
        self.process.stdout.close()

    def has_said(self, words):
        return any(words in line for line in self.said)

    def reach(self, come):
        """Wait for a state; the demo must not have ended before."""
        assert until(lambda: self.process.poll() is not None or come(self), SECONDS), "\n".join(self.said)
        assert self.process.poll() is None, "\n".join(self.said)

    def ctrl_c(self):
        """What a terminal does with Ctrl-C; the demo ends and leaves nothing behind."""
        os.killpg(self.process.pid, signal.SIGINT)
        assert self.process.wait(timeout=SECONDS) == OVER, "\n".join(self.said)
        assert not [line for line in self.said if "Traceback" in line or line.startswith("demo:")], "\n".join(self.said)
        assert (left_behind(self.state), embedded.running()) == ([], {"redis": [], "postgres": []}), "\n".join(self.said)
        with (self.var / "demo.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with socket.socket() as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(("127.0.0.1", int(self.place["GD_PORT"])))


def left_behind(state):
    """Command lines of processes that work with this state folder."""
    mark, found = f"GD_STATE_DIR={state}\0".encode(), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes() + b"\0":
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def rows(table):
    """How many rows a table has; none where it cannot be asked yet."""
    with contextlib.suppress(psycopg.Error), psycopg.connect(embedded.addresses().owner_url) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 -- our own words
    return 0


def database_is_initialised(running):
    return (running.state / "pgdata.new").exists()


def tables_are_made(running):
    return running.has_said("migrating …") and rows("django_migrations") > 3


def story_is_told(running):
    return running.has_said("演示单位和人员") and rows("districts_district WHERE is_demo") > 0


def files_are_kept(running):
    return rows("documents_evidence") > 3


def processes_start(running):
    return running.has_said(demo.TOLD) and (running.var / "log" / "worker.log").exists()


def report_is_made(running):
    return running.has_said("running the main job …") and rows("reports_exportjob WHERE state = 'running'") > 0


def portal_serves(running):
    return running.has_said("Ctrl-C stops everything.")


PHASES = (database_is_initialised, tables_are_made, story_is_told, files_are_kept, processes_start, report_is_made, portal_serves)
# Half a story, whose remains the next start removes; and every process at work on a report.
WORST = (story_is_told, report_is_made)


AREA = pytest.mark.area(
    "scripts/demo.py", "scripts/children.py", "greendistrict/embedded.py", "greendistrict/processes.py", "tools/management"
)


@pytest.mark.parametrize("phases", [pytest.param(WORST, id="worst", marks=AREA), pytest.param(PHASES, id="each", marks=pytest.mark.long)])
def test_the_demo_broken_off_starts_again(place, phases):
    for phase in phases:
        with Demo(place) as running:
            running.said.append(phase.__name__)
            running.reach(phase)
            assert phase is portal_serves or not portal_serves(running)
            running.ctrl_c()
    with Demo(place) as running:
        running.reach(portal_serves)
        assert running.has_said(f"URL: http://127.0.0.1:{place['GD_PORT']}/")
        assert running.has_said("演示数据已在，未作改动")
        assert demo.readiness(f"http://127.0.0.1:{place['GD_PORT']}/").get("worker") == "ok"
        running.ctrl_c()


@pytest.mark.long
def test_the_story_can_be_told_today(place):
    """The whole story on the day it is, tried once: with every change it is told on a fixed day."""
    del place["DJANGO_SETTINGS_MODULE"]
    done = python("scripts/demo.py", "--once", env=place)
    assert (done.returncode, "all tried" in done.stdout) == (0, True), done.stdout[-4000:]
