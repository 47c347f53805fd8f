"""Faults of what runs only while modules are imported, such as a decorator: the tests begin anew, with the faulty module imported.

As a plugin of pytest it lets the process import the fault that ``GD_FAULT`` names (path, blank, number of the site).
"""

import os
import re
import subprocess
import sys
from collections.abc import Sequence

from scripts.faults import code
from scripts.faults.places import ROOT
from scripts.mutant_trials import import_instead

PLANTED = "GD_FAULT"
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def noticed_by(path: str, number: int, modules: Sequence[str], seconds: float) -> str:
    """The test that fails with the fault, "start" where none begins, "" where all pass or do not end in time."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-p", __name__, *modules]
    environment = {**os.environ, PLANTED: f"{path} {number}"}
    try:
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return ""
    if not ended.returncode:
        return ""
    found = FAILED.search(ended.stdout)
    return found[1] if found else "start"


if PLANTED in os.environ:
    _path, _, _number = os.environ[PLANTED].partition(" ")
    _file = ROOT / _path
    import_instead(_file, code.planted(_file.read_text(encoding="utf-8"), int(_number), str(_file))[0])
