"""Processor seconds of the fast tests of each test module, as one generated file keeps them."""

import json
from pathlib import Path

from scripts.reach.tree import ROOT

FILE = ROOT / "scripts" / "reach" / "seconds.json"
UNKNOWN = 1.0  # seconds of a module that is not in the file
PROCESSES = 2


def kept(file: Path = FILE) -> dict[str, float]:
    """Seconds by the path of the test module."""
    found: dict[str, float] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


def on_the_clock(modules: list[str], seconds: dict[str, float]) -> float:
    """Seconds that the fast tests of some modules take with two processes on two idle cores."""
    return sum(seconds.get(module, UNKNOWN) for module in modules) / PROCESSES
