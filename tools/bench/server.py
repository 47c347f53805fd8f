"""Temporary web server of the benchmark, started like the demo's."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tools.bench.errors import BenchError

READY_SECONDS = 60
WORKERS = 2
KEPT = ["--threads", "4", "--timeout", "120", "--keep-alive", "60", "--no-control-socket"]


@dataclass(frozen=True)
class Server:
    """Address and main process of the server."""

    port: int
    pid: int

    def memory(self) -> float:
        """Memory of all its processes per worker, MiB; shared memory is counted once."""
        return sum(proportional(one) for one in (self.pid, *children_of(self.pid))) / WORKERS


@contextmanager
def serving(application: str, extra: Mapping[str, str], log: Path, folder: Path | None = None) -> Iterator[Server]:
    """Run Gunicorn with two workers on a free loopback port; ``folder`` is that of the application if it is outside our packages.

    Raises ``BenchError`` with the end of its log if it does not start.
    """
    with socket.socket() as listener, log.open("wb") as output:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        number = listener.fileno()
        words = ["gunicorn", application, "--bind", f"fd://{number}", "--workers", str(WORKERS)]
        words += ["--worker-class", "greendistrict.web_worker.WebWorker"]
        process = subprocess.Popen(  # noqa: S603 -- our own program
            [sys.executable, "-m", *words, *KEPT, *(["--pythonpath", str(folder)] if folder else [])],
            cwd=settings.BASE_DIR,
            env={**os.environ, "GD_DATABASE_POOL": "1", **extra},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(number,),
            start_new_session=True,
        )
        try:
            _wait(process, log)
            yield Server(listener.getsockname()[1], process.pid)
        except OSError as error:
            if process.poll() is not None:
                raise BenchError(_told("gunicorn ended", log)) from error
            raise
        finally:
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + READY_SECONDS
    while len(children_of(process.pid)) < WORKERS:
        if process.poll() is not None or time.monotonic() > limit:
            raise BenchError(_told("gunicorn did not start", log))
        time.sleep(0.1)


def _told(what: str, log: Path) -> str:
    """What happened, with the end of the server's log."""
    return f"{what}:\n{log.read_text(errors='replace')[-2000:]}"


def children_of(pid: int) -> list[int]:
    """Child processes of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def resident(pid: int | str, field: str = "VmRSS") -> float:
    """Memory of a process, MiB; ``VmHWM`` is its peak."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def proportional(pid: int) -> float:
    """Proportional memory of a process, MiB: shared pages are divided among the processes that use them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
