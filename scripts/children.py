"""Child processes of a supervisor: ``python -m …``, each with its own log and process group."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 20
MOST_ENDS = 5  # within ENDS_SECONDS; after that the process is not restarted
ENDS_SECONDS = 120
PAUSE_SECONDS = 2.0  # after the second end, doubled for each further one; the first restart is immediate
TAIL = 4000
PR_SET_PDEATHSIG = 1
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ChildError(RuntimeError):
    """A child process ended unexpectedly; the message contains the end of its log."""


def say(text: str) -> None:
    """Print one line."""
    print(text, flush=True)


def tail(path: Path) -> str:
    """Last lines of a log."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")[-TAIL:]
    except OSError:
        return ""


@contextlib.contextmanager
def signals_held() -> Iterator[None]:
    """Defer interrupts until a process being started has been registered here; otherwise nobody would end it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def die_with_parent() -> None:
    """Runs in the child: have the kernel terminate it when the supervisor dies, and unblock the signals held here."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTS)


@dataclass
class Child:
    """One process: how it was started, and when it ended."""

    name: str
    words: list[str]
    environment: dict[str, str]
    pass_fds: tuple[int, ...]
    process: "subprocess.Popen[bytes] | None" = None
    ends: list[float] = field(default_factory=list)
    due: float = 0.0


class Children:
    """Processes of one run; signals are also sent to their child processes."""

    def __init__(self, environment: dict[str, str], logs: Path) -> None:
        self.environment, self.logs = environment, logs
        self._children: list[Child] = []

    def start(self, name: str, words: list[str], *, pass_fds: tuple[int, ...] = ()) -> None:
        """Start ``python -m <words>`` with its output in ``<name>.log``."""
        self._log(name).unlink(missing_ok=True)
        child = Child(name, words, dict(self.environment), pass_fds)
        self._children.append(child)
        self._run(child)

    def check(self) -> None:
        """Raise ``ChildError`` if a process has ended by itself."""
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                raise ChildError(self._last_words(child))

    def look_after(self) -> None:
        """Restart processes that ended. Raises ``ChildError`` after too many restarts."""
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._note_end(child, now)
            if child.process is None and now >= child.due:
                say(f"starting {child.name} again")
                self._run(child)

    def stop(self) -> None:
        """Stop all processes, the last started first; kill those that do not end."""
        running = [child.process for child in reversed(self._children) if child.process is not None]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        limit = time.monotonic() + STOP_SECONDS
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.1, limit - time.monotonic()))
            _kill_group(process)
            process.wait()
        self._children.clear()

    def _note_end(self, child: Child, now: float) -> None:
        process = child.process
        if process is None:
            return
        child.ends = [*(moment for moment in child.ends if now - moment < ENDS_SECONDS), now]
        if len(child.ends) >= MOST_ENDS:
            msg = f"{self._last_words(child)}\n{child.name} ended {MOST_ENDS} times within {ENDS_SECONDS} s"
            raise ChildError(msg)
        say(f"{child.name} ended with code {process.returncode}; its log: {self._log(child.name)}")
        _kill_group(process)
        earlier = len(child.ends) - 1
        child.process, child.due = None, now + (PAUSE_SECONDS * 2 ** (earlier - 1) if earlier else 0)

    def _run(self, child: Child) -> None:
        with self._log(child.name).open("ab") as log, signals_held():
            child.process = subprocess.Popen(
                [sys.executable, "-m", *child.words],
                cwd=ROOT,
                env=child.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=child.pass_fds,
                preexec_fn=die_with_parent,  # noqa: PLW1509 -- no threads here
            )

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _last_words(self, child: Child) -> str:
        code = child.process.returncode if child.process else None
        return f"{child.name} ended with code {code}; its last words:\n{tail(self._log(child.name))}"


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill the process group, because surviving children would keep the leader's port and queue."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
