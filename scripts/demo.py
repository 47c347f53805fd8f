"""Supervisor behind ``make demo``: load the demo, start web, worker and beat, do the main job once, then keep running.

``--once`` also follows the links closest to each seat's desk, checks the generated files, stops everything and exits 0. ``--story`` loads
the data on the day of the slow tests and keeps them for these (``scripts/story.py``). Any failure ends with its reason and a nonzero exit
code. Ctrl-C and SIGTERM stop every process started by this run. Processes and embedded servers that end by themselves are restarted, up
to a limit.
"""

import argparse
import contextlib
import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from greendistrict import embedded  # noqa: E402 -- needs the path above
from scripts import crawl, story  # noqa: E402 -- after the path of the checkout
from scripts.children import INTERRUPTS, TAIL, ChildError, Children, die_with_parent, say, signals_held, tail  # noqa: E402

VAR = Path(os.environ.get("GD_VAR_DIR") or ROOT / "var")
LOGS = VAR / "log"
ACCOUNTS = VAR / "demo-accounts.json"
FIRST_PORT = 8000
READY_SECONDS = 120
INFORMATIVE = {"worker", "schedule"}  # checks of /readyz that do not stop the demo, see greendistrict/core/health.py
NEAR = 30  # pages of each seat; the slow tests follow links to every route
LOOK_SECONDS = 0.5
SERVERS_SECONDS = 2
FROM_BEFORE = 3  # exit code of ``migrate`` for a database from before 0.1.0 (greendistrict/core/schema.py)
CHECKED = ("--skip-checks",)  # ``migrate`` has already run the system checks
TOLD = "演示数据装入完成"  # said by ``demo_load`` when it has loaded the data, and not when they were there
MAGIC = {".pdf": b"%PDF", ".xlsx": b"PK"}


class DemoError(RuntimeError):
    """A failure with its reason; ``code`` is the exit code of the failed command."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


def _unheard(_line: str) -> None:
    pass


def _nothing() -> None:
    pass


def manage(
    environment: dict[str, str], *words: str, heard: Callable[[str], None] = _unheard, meanwhile: Callable[[], None] = _nothing
) -> str:
    """Run a management command; returns its output and passes each line to ``heard``. Raises ``DemoError`` with the end of the output."""
    log = LOGS / f"{words[0]}.log"
    said = []
    with contextlib.ExitStack() as started:
        with log.open("wb") as errors, signals_held():
            process = _started([sys.executable, "manage.py", *words], environment, errors)
            started.enter_context(process)
            started.callback(process.kill)  # runs before waiting for the process; has no effect if it has ended
        for line in _lines(process, meanwhile):
            said.append(line)
            heard(line)
        process.wait()
    if process.returncode:
        msg = f"manage.py {' '.join(words)} failed with code {process.returncode}:\n{chr(10).join(said)[-TAIL:]}\n{tail(log)}"
        raise DemoError(msg, process.returncode)
    return "\n".join(said)


def _started(command: list[str], environment: dict[str, str], errors: IO[bytes]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        preexec_fn=die_with_parent,  # noqa: PLW1509 -- no threads here
    )


def _lines(process: "subprocess.Popen[bytes]", meanwhile: Callable[[], None]) -> Iterator[str]:
    """Lines as they arrive; ``meanwhile`` is called while waiting."""
    if process.stdout is None:
        return
    waiting = b""
    while True:
        if not select.select([process.stdout], [], [], LOOK_SECONDS)[0]:
            meanwhile()
            continue
        part = os.read(process.stdout.fileno(), 65536)
        *whole, waiting = (waiting + part).split(b"\n")
        yield from (line.decode("utf-8", errors="replace") for line in whole)
        if not part:
            if waiting:
                yield waiting.decode("utf-8", errors="replace")
            return


def migrate(environment: dict[str, str]) -> None:
    """Migrate the database. An embedded one from before 0.1.0 that has only demo data is created anew."""
    try:
        manage(environment, "migrate", "--noinput")
    except DemoError as error:
        if error.code != FROM_BEFORE:
            raise
        say(renewed(environment))
        manage(environment, "migrate", "--noinput")


def unhurried(environment: dict[str, str]) -> dict[str, str]:
    """Variables for loading: commits (about twelve thousand) do not wait for the disk. After a power failure the data are loaded again."""
    return environment | {"PGOPTIONS": f"{environment.get('PGOPTIONS', '')} -c synchronous_commit=off".strip()}


def renewed(environment: dict[str, str]) -> str:
    """Output of ``demo_renew``; its refusal is raised as ``DemoError``."""
    try:
        return manage(environment, "demo_renew")
    except DemoError as error:
        if error.code != FROM_BEFORE:
            raise
        raise DemoError(tail(LOGS / "demo_renew.log").strip().removeprefix("CommandError: ")) from error


def listening_socket() -> socket.socket:
    """Bound loopback socket: ``GD_PORT``, else 8000, else any free port; it is passed on open, so that nobody else takes the port."""
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


def start_web(children: Children, server: socket.socket) -> None:
    """Start the web server on the socket; it loads its code while the data are loaded."""
    number = server.fileno()
    web = ["gunicorn", "greendistrict.wsgi", "--bind", f"fd://{number}"]
    web += ["--worker-class", "greendistrict.web_worker.WebWorker", "--workers", "2"]
    web += ["--threads", "4", "--timeout", "120", "--graceful-timeout", "10", "--no-control-socket"]
    children.environment["GD_DATABASE_POOL"] = "1"
    children.start("web", web, pass_fds=(number,))
    children.environment["GD_DATABASE_POOL"] = "0"


def start_background(children: Children, state: Path) -> None:
    """Start a worker for all queues, and beat; only after the data are loaded, to avoid interference."""
    children.environment |= {"GD_BROKER_SECONDS": "10", "CELERY_SKIP_CHECKS": "1"}
    celery = ["celery", "--app", "greendistrict"]
    queues = "default,mail,hooks,reports,imports,maintenance,office"
    worker = ["worker", "--queues", queues, "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    children.start("worker", [*celery, *worker])
    children.start("beat", [*celery, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(state / "beat-schedule")])


def readiness(url: str) -> dict[str, str]:
    """Checks of ``/readyz`` by name; empty if there is no answer."""
    try:
        with urllib.request.urlopen(f"{url}readyz", timeout=10) as answer:  # noqa: S310 -- loopback
            return dict(json.load(answer)["checks"])
    except urllib.error.HTTPError as error:
        with error:
            return dict(json.load(error).get("checks", {})) if error.code == 503 else {}  # noqa: PLR2004 -- not ready; the body has the checks
    except (OSError, ValueError):
        return {}


def wait_ready(children: Children, url: str) -> None:
    """Wait until web server, worker and schedule answer. Raises ``DemoError`` if the web server is not ready in time.

    Failed informative checks are printed but do not stop the demo: the main job, which follows, shows whether the worker works.
    """
    limit = time.monotonic() + READY_SECONDS
    found: dict[str, str] = {}
    while not found or set(found.values()) != {"ok"}:
        children.check()
        if time.monotonic() > limit:
            lacking = {name: word for name, word in found.items() if word != "ok"}
            if not lacking or not lacking.keys() <= INFORMATIVE:
                logs = "".join(f"--- {name}\n{tail(LOGS / f'{name}.log')}\n" for name in ("web", "worker"))
                msg = f"{logs}not ready after {READY_SECONDS} s: {found or 'no answer'}"
                raise DemoError(msg)
            say(f"going on after {READY_SECONDS} s although {lacking}")
            return
        time.sleep(0.3)
        found = readiness(url)


def made_files(said: str) -> list[Path]:
    """Paths of PDFs and workbooks that ``demo_run`` printed, one per line."""
    return [ROOT / line.strip() for line in said.splitlines() if Path(line.strip()).suffix in MAGIC]


def check_files(files: list[Path]) -> None:
    """Check that every file exists, has the right type and is not empty, and that there are both types."""
    for path in files:
        if not path.is_file() or not path.read_bytes().startswith(MAGIC[path.suffix]):
            msg = f"{path} is missing, empty or not what its name says"
            raise DemoError(msg)
    if missing := set(MAGIC) - {path.suffix for path in files}:
        msg = f"demo_run made no {' and no '.join(sorted(missing))}"
        raise DemoError(msg)


def read_accounts() -> list[dict[str, str]]:
    """Accounts by seat. Raises ``DemoError`` if the file is missing or readable by others."""
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
    """Print addresses and accounts."""
    say(f"\nURL: {url}\nAccounts: {ACCOUNTS}")
    for account in accounts:
        say(f"  {account['seat']:<16} {account['username']:<20} {account['password']}")
    say("Files:")
    for path in files:
        say(f"  {path}")


class Keeper:
    """Restarts processes of this run and embedded servers that end."""

    def __init__(self, children: Children, servers: dict[str, bool]) -> None:
        self.children, self.servers = children, servers
        self._looked = 0.0

    def look(self) -> None:
        """Restart processes and servers that ended. Raises ``ChildError`` after too many restarts."""
        if time.monotonic() - self._looked >= SERVERS_SECONDS and any(self.servers.values()):
            self._servers()
            self._looked = time.monotonic()
        self.children.look_after()

    def _servers(self) -> None:
        if embedded.answering(**self.servers):
            return
        say("an embedded server does not answer, starting it again")
        try:
            embedded.ensure(**self.servers)
        except embedded.EmbeddedError as error:
            say(f"  {error}")  # the next look tries again


def keep_story(said: str, servers: embedded.Servers) -> None:
    """Keep the story just told for the tests. Raises ``DemoError`` if it was told before, on whatever day."""
    if TOLD not in said:
        msg = "the database has a story already: --story needs an empty one"
        raise DemoError(msg)
    address = os.environ.get("GD_OWNER_DATABASE_URL") or os.environ.get("DATABASE_URL") or servers.owner_url
    say(f"kept for the tests: {story.keep(address, servers.state, VAR)}")


def run(children: Children, keeper: Keeper, servers: embedded.Servers, *, once: bool, kept: bool) -> None:
    """Everything from migrations to the main job; returns after ``once``, otherwise runs until a signal."""
    environment = children.environment
    with listening_socket() as server:  # kept open for restarted web servers
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        environment["SITE_URL"] = url.rstrip("/")
        say("migrating …")
        migrate(environment)
        start_web(children, server)
        say("loading data …")
        said = manage(unhurried(environment), "demo_load", *CHECKED, heard=lambda line: say(f"  {line}"), meanwhile=children.check)
        if kept:
            keep_story(said, servers)
        start_background(children, servers.state)
        wait_ready(children, url)
        say("running the main job …")
        said = manage(environment, "demo_run", *CHECKED, meanwhile=keeper.look)
        files = made_files(said)
        accounts = read_accounts()
        check_files(files)
        show(url, accounts, files)
        if once:
            failures = crawl.crawl_all(url, accounts, NEAR)
            children.check()
            if failures:
                raise DemoError("pages failed:\n" + "\n".join(map(str, failures)))
            return
        say("\nCtrl-C stops everything.")
        while True:
            keeper.look()
            time.sleep(LOOK_SECONDS)


def _interrupted(number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt(signal.Signals(number).name)


def supervise(lock: IO[str], *, once: bool, kept: bool) -> int:
    """Run, and finally stop servers and children in any case; returns the exit code."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("demo: another make demo runs in this checkout")
        return 1
    children = Children({**os.environ, "PYTHONUNBUFFERED": "1"}, LOGS)
    servers = {"database": not os.environ.get("DATABASE_URL"), "cache": not os.environ.get("REDIS_URL")}
    servers_ran = all(embedded.running().values())
    code = 1
    try:
        found = embedded.ensure(**servers)
        if kept:
            clock = VAR / "story-clock"
            clock.write_text(story.BEGINS, encoding="utf-8")
            children.environment["GD_CLOCK_FILE"] = str(clock)
        run(children, Keeper(children, servers), found, once=once, kept=kept)
        code = 0
    except (DemoError, ChildError, embedded.EmbeddedError) as error:
        say(f"demo: {error}")
    except KeyboardInterrupt:
        say("\nstopping …")
        code = 130
    finally:
        for number in INTERRUPTS:
            signal.signal(number, signal.SIG_IGN)
        children.stop()
        if not servers_ran:
            embedded.stop()
    return code


def main() -> int:
    """Exit code 0 after ``--once``, 130 after a signal, 1 with the reason otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="try everything, stop, exit")
    parser.add_argument("--story", action="store_true", help="tell the story on the day of the slow tests, keep it for them")
    options = parser.parse_args()
    for number in INTERRUPTS:
        signal.signal(number, _interrupted)
    LOGS.mkdir(parents=True, exist_ok=True)
    with (VAR / "demo.lock").open("a") as lock:
        code = supervise(lock, once=options.once, kept=options.story)
    if options.once and code == 0:
        say("demo: all tried, everything stopped")
    return code


if __name__ == "__main__":
    sys.exit(main())
