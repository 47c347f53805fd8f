"""Seconds of the fast tests of each test module, as one generated file keeps them.

    make test PYTEST="--junitxml=var/tests.xml" && python -m scripts.reach.seconds var/tests.xml

writes the file anew from a run of the whole fast set on an idle machine.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

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


def measured(report: Path) -> dict[str, float]:
    """Seconds by the path of the test module, from the JUnit report of a run. Raises ``ParseError``."""
    found: defaultdict[str, float] = defaultdict(float)
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 -- written by our own run
        found[_path(case.get("classname", ""))] += float(case.get("time", "0"))
    return {path: round(seconds, 2) for path, seconds in sorted(found.items())}


def _path(name: str) -> str:
    """Path of the test module that a dotted name lies in; a class may stand after it."""
    parts = name.split(".")
    last = max((place for place, part in enumerate(parts) if part.startswith("test_")), default=len(parts) - 1)
    return "/".join(parts[: last + 1]) + ".py"


def main() -> None:
    """Write the file anew from the report named on the command line."""
    FILE.write_text(json.dumps(measured(Path(sys.argv[1])), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
