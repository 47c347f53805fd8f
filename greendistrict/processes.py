"""Find and stop server processes by their command line, never by a pid file.

After a crash or reboot, the number in a pid file may belong to any process. Command lines are readable for everybody, even where a
container restricts root's access to processes of other users.
"""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

PROC = Path("/proc")
END_SECONDS = 30
KILL_SECONDS = 10


def until(done: Callable[[], bool], seconds: float) -> bool:
    """Wait until ``done()`` is true; False after ``seconds``."""
    limit = time.monotonic() + seconds
    while not done():
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def find(program: str, word: str) -> list[int]:
    """Pids of living processes called ``program`` with ``word`` in their command line, in ascending order."""
    # A server that sets its own process title separates words by spaces within the first argument.
    called = re.compile(rf"(.*/)?{re.escape(program)}( .*)?", re.DOTALL)
    found = []
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            line = (entry / "cmdline").read_bytes().decode(errors="surrogateescape")
        except OSError:
            continue
        if word in line and called.fullmatch(line.partition("\0")[0]):
            found.append(int(entry.name))
    return sorted(found)


def end(program: str, word: str, gentle: signal.Signals) -> bool:
    """Stop the processes that ``find`` returns, first with the signal ``gentle``; returns whether there were any."""
    first = find(program, word)
    for number, seconds in ((gentle, END_SECONDS), (signal.SIGKILL, KILL_SECONDS)):
        for pid in find(program, word):
            os.kill(pid, number)
        if until(lambda: not find(program, word), seconds):
            break
    return bool(first)
