"""Python programs that a test runs in a process of their own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def python(*words, cwd=ROOT, env=None, timeout=None):
    """A program run to its end, with what it said."""
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, encoding="utf-8", timeout=timeout, check=False)
