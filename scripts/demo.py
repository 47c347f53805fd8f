"""Supervisor behind ``make demo``: load the demo, start web, worker and beat, do the main job once, then keep running.

``--once`` also follows every link of every seat, checks the files that were made, stops everything and exits 0. Whatever goes
wrong ends with the reason and a code other than 0. Ctrl-C and SIGTERM stop every process that this run has started.
"""

import argparse
import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from greendistrict import embedded  # noqa: E402 -- needs the path above
from scripts import crawl  # noqa: E402

VAR = Path(os.environ.get("GD_VAR_DIR") or ROOT / "var")
LOGS = VAR / "log"
ACCOUNTS = VAR / "demo-accounts.json"
FIRST_PORT = 8000
READY_SECONDS = 120
STOP_SECONDS = 20
TAIL = 4000
MAGIC = {".pdf": b"%PDF", ".xlsx": b"PK"}
PR_SET_PDEATHSIG = 1


class DemoError(RuntimeError):
    """Something failed; the text is the reason."""


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(text, flush=True)


def tail(path: Path) -> str:
    """Last words of a log."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")[-TAIL:]
    except OSError:
        return ""


def _die_with_parent() -> None:
    """In the child: end gently when the supervisor is killed and cannot clean up."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Children:
    """Processes of this run, each a group of its own so that one signal reaches all its helpers."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, name: str, words: list[str], *, pass_fds: tuple[int, ...] = ()) -> None:
        """Start ``python -m <words>`` with its output in ``var/log/<name>.log``."""
        with (LOGS / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=pass_fds,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 -- no threads here
            )
        self._running.append((name, process))

    def check(self) -> None:
        """Raise ``DemoError`` where one has ended by itself."""
        for name, process in self._running:
            if process.poll() is not None:
                msg = f"{name} ended with code {process.returncode}; its last words:\n{tail(LOGS / f'{name}.log')}"
                raise DemoError(msg)

    def stop(self) -> None:
        """End all, the last started first; those that do not want to are killed."""
        for _name, process in reversed(self._running):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        limit = time.monotonic() + STOP_SECONDS
        for _name, process in self._running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.1, limit - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):  # helpers that outlived their leader
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()


def manage(environment: dict[str, str], *words: str) -> str:
    """Run a management command; returns its output. Raises ``DemoError`` with its last words."""
    log = LOGS / f"{words[0]}.log"
    with log.open("wb") as errors:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            check=False,
        )
    said = done.stdout.decode("utf-8", errors="replace")
    if done.returncode:
        msg = f"manage.py {' '.join(words)} failed with code {done.returncode}:\n{said[-TAIL:]}{tail(log)}"
        raise DemoError(msg)
    return said


def listening_socket() -> socket.socket:
    """Bound loopback socket: ``GD_PORT``, else 8000, else any free one. Handing it on leaves nobody time to take the port."""
    wanted = os.environ.get("GD_PORT")
    for port in [int(wanted)] if wanted else [FIRST_PORT, 0]:
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
            server.listen(512)
        except OSError:
            server.close()
            continue
        return server
    msg = f"port {wanted} is taken"
    raise DemoError(msg)


def start_all(children: Children, server: socket.socket, state: Path) -> None:
    """Web server, worker for both queues, beat."""
    number = server.fileno()
    web = ["gunicorn", "greendistrict.wsgi", "--bind", f"fd://{number}", "--worker-class", "gthread", "--workers", "2"]
    web += ["--threads", "4", "--timeout", "120", "--graceful-timeout", "10", "--no-control-socket"]
    children.environment["GD_DATABASE_POOL"] = "1"
    children.start("web", web, pass_fds=(number,))
    children.environment["GD_DATABASE_POOL"] = "0"
    children.environment["GD_BROKER_SECONDS"] = "10"
    celery = ["celery", "--app", "greendistrict"]
    worker = ["worker", "--queues", "default,reports", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    children.start("worker", [*celery, *worker])
    children.start("beat", [*celery, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(state / "beat-schedule")])


def readiness(url: str) -> dict[str, str]:
    """Checks of ``/readyz`` by name; empty while nothing answers."""
    try:
        with urllib.request.urlopen(f"{url}readyz", timeout=10) as answer:  # noqa: S310 -- loopback
            return dict(json.load(answer)["checks"])
    except urllib.error.HTTPError as error:
        with error:
            return dict(json.load(error).get("checks", {})) if error.code == 503 else {}  # noqa: PLR2004
    except (OSError, ValueError):
        return {}


def wait_ready(children: Children, url: str) -> None:
    """Wait until the web server and the worker answer."""
    limit = time.monotonic() + READY_SECONDS
    found: dict[str, str] = {}
    while not found or set(found.values()) != {"ok"}:
        children.check()
        if time.monotonic() > limit:
            logs = "".join(f"\n--- {name}\n{tail(LOGS / f'{name}.log')}" for name in ("web", "worker"))
            msg = f"not ready after {READY_SECONDS} s: {found or 'no answer'}{logs}"
            raise DemoError(msg)
        time.sleep(0.3)
        found = readiness(url)


def made_files(said: str) -> list[Path]:
    """Paths of PDFs and workbooks that ``demo_run`` printed, one a line."""
    return [ROOT / line.strip() for line in said.splitlines() if Path(line.strip()).suffix in MAGIC]


def check_files(files: list[Path]) -> None:
    """Every file is there, of its kind and not empty; both kinds were made."""
    for path in files:
        if not path.is_file() or not path.read_bytes().startswith(MAGIC[path.suffix]):
            msg = f"{path} is missing, empty or not what its name says"
            raise DemoError(msg)
    if missing := set(MAGIC) - {path.suffix for path in files}:
        msg = f"demo_run made no {' and no '.join(sorted(missing))}"
        raise DemoError(msg)


def read_accounts() -> list[dict[str, str]]:
    """Accounts by seat. Raises ``DemoError`` where the file is missing or others may read it."""
    try:
        accounts: list[dict[str, str]] = json.loads(ACCOUNTS.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{ACCOUNTS}: {error}"
        raise DemoError(msg) from error
    if ACCOUNTS.stat().st_mode & 0o077:
        msg = f"{ACCOUNTS} can be read by others"
        raise DemoError(msg)
    return accounts


def show(url: str, accounts: list[dict[str, str]], files: list[Path]) -> None:
    """What a person needs to look around."""
    say(f"\nURL: {url}\nAccounts: {ACCOUNTS}")
    for account in accounts:
        say(f"  {account['seat']:<16} {account['username']:<20} {account['password']}")
    say("Files:")
    for path in files:
        say(f"  {path}")


def run(children: Children, *, once: bool, state: Path) -> None:
    """Everything from migrations to the main job; returns when ``once`` has been tried or a signal comes."""
    environment = children.environment
    with listening_socket() as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        environment["SITE_URL"] = url.rstrip("/")
        say("migrating …")
        manage(environment, "migrate", "--noinput")
        say("loading data …")
        manage(environment, "demo_load")
        start_all(children, server, state)
    wait_ready(children, url)
    say("running the main job …")
    said = manage(environment, "demo_run")
    files = made_files(said)
    accounts = read_accounts()
    check_files(files)
    show(url, accounts, files)
    if once:
        failures = crawl.crawl_all(url, accounts)
        children.check()
        if failures:
            raise DemoError("pages failed:\n" + "\n".join(map(str, failures)))
        return
    say("\nCtrl-C stops everything.")
    while True:
        children.check()
        time.sleep(1)


def _interrupted(number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt(signal.Signals(number).name)


def supervise(lock: IO[str], *, once: bool) -> int:
    """Run with servers and children stopped at the end, however it ends; returns the exit code."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("demo: another make demo runs in this checkout")
        return 1
    children = Children({**os.environ, "PYTHONUNBUFFERED": "1"})
    servers_ran = all(embedded.running().values())
    code = 1
    try:
        state = embedded.ensure(database=not os.environ.get("DATABASE_URL"), cache=not os.environ.get("REDIS_URL")).state
        run(children, once=once, state=state)
        code = 0
    except (DemoError, embedded.EmbeddedError) as error:
        say(f"demo: {error}")
    except KeyboardInterrupt:
        say("\nstopping …")
        code = 130
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        children.stop()
        if not servers_ran:
            embedded.stop()
    return code


def main() -> int:
    """Exit code 0 after ``--once``, 130 after a signal, 1 with the reason otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="try everything, stop, exit")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    LOGS.mkdir(parents=True, exist_ok=True)
    with (VAR / "demo.lock").open("a") as lock:
        code = supervise(lock, once=options.once)
    if options.once and code == 0:
        say("demo: all tried, everything stopped")
    return code


if __name__ == "__main__":
    sys.exit(main())
