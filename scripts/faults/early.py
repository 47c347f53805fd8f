"""Faults of what runs only while modules are imported, such as a decorator: the tests begin anew, with the faulty module imported.

As a plugin of pytest it lets the process import the fault that ``GD_FAULT`` names (path, blank, number of the site).
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence

from scripts.faults import code
from scripts.faults.places import ROOT
from scripts.mutant_trials import import_instead

PLANTED, DATABASE = "GD_FAULT", "GD_TEST_DATABASE"
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def noticed_by(path: str, number: int, modules: Sequence[str], seconds: float) -> str:
    """The test that fails with the fault and passes without, "start" where none begins, "" where none fails in time."""
    ended = _ended(modules, seconds, {PLANTED: f"{path} {number}"})
    if ended is None or not ended.returncode:
        return ""
    if not (found := FAILED.search(ended.stdout)):
        return "start"
    again = _ended([found[1]], seconds, {})
    return found[1] if again is not None and not again.returncode else ""


def _ended(tests: Sequence[str], seconds: float, more: Mapping[str, str]) -> subprocess.CompletedProcess[str] | None:
    """The tests in a process with a database of its own; None if they take longer."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-p", __name__, *tests]
    own = f"{os.environ.get(DATABASE, 'test_faults')}_early"  # the caller keeps its own for the other faults
    environment = {**os.environ, DATABASE: own, **more}
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return None


if PLANTED in os.environ:
    _path, _, _number = os.environ[PLANTED].partition(" ")
    _file = ROOT / _path
    import_instead(_file, code.planted(_file.read_text(encoding="utf-8"), int(_number), str(_file))[0])
