"""Mutation test of the pure rules: put one small fault at a time into a module and check whether its tests detect it.

The tests of a module run in one process that forks for every mutant. The child puts the mutant's code into the loaded functions and
runs only the tests that call the changed code, the fastest first. Faults outside functions, and mutants that survive there, are tried
again in a separate process that imports the mutant. Tests that need a database are left out.

scripts/mutants.yaml lists the modules with their tests, and explains survivors. Exits 1 if fewer than 95 % of a module's mutants die, a
survivor is not explained, an explanation matches no survivor, or a mutant could not be judged.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.mutant_trials import LEAST_SECONDS, TIMES, Forks, Verdict, imported, process  # noqa: E402 -- needs the path above
from scripts.mutations import Mutant, mutants  # noqa: E402 -- after the path of the checkout

NAMED = ROOT / "scripts/mutants.yaml"
LEAST = 0.95
CONTROL_SECONDS = 600
CONTROL = -1


@dataclass
class Found:
    """Results for the mutants of a module."""

    total: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    unjudged: list[Mutant] = field(default_factory=list)
    seconds: float = 0

    @property
    def died(self) -> int:
        """Number of dead mutants."""
        return self.total - len(self.survivors) - len(self.unjudged)

    @property
    def share(self) -> float:
        """Share of dead mutants."""
        return self.died / self.total if self.total else 1.0


def examine(shown: str, tests: Sequence[str], explained: Collection[str], without: Collection[str] = (), *, quick: bool = False) -> Found:
    """Try every mutant of a module except those in the functions ``without``. Exits if the tests do not pass without a fault.

    ``quick`` leaves out the second try: mutants that survive a fork are not judged, unless they are in ``explained``.
    """
    began = time.monotonic()
    faults = [fault for fault in mutants(ROOT / shown, shown) if fault.where not in without]
    forks = Forks(ROOT / shown, faults)
    code = pytest.main(["-q", "-p", "no:cacheprovider", "--no-header", *tests], plugins=[forks])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:  # pytest does not count tests run in a fork
        msg = f"{shown}: its tests do not pass without a fault\n{forks.failed}"
        raise SystemExit(msg)
    found = Found(len(faults))
    if quick:
        alive = [fault for fault in forks.left if fault.name in explained]
        return Found(len(faults), alive, [fault for fault in forks.left if fault not in alive], time.monotonic() - began)
    seconds = _control(shown, tests) if forks.left else 0.0
    for fault in forks.left:
        said = _again(fault, tests, seconds)
        if said != Verdict.DEAD:
            (found.survivors if said == Verdict.ALIVE else found.unjudged).append(fault)
    found.seconds = time.monotonic() - began
    return found


def _control(shown: str, tests: Sequence[str]) -> float:
    """Processor time limit of a mutant's own process, from a trial of the module without a fault, which must pass."""
    said, used, words = process(_command(shown, tests, CONTROL, CONTROL_SECONDS), ROOT)
    if said != Verdict.ALIVE:
        msg = f"{shown}: does not live without a fault in a process of its own\n{words}"
        raise SystemExit(msg)
    return LEAST_SECONDS + TIMES * used


def _again(fault: Mutant, tests: Sequence[str], seconds: float) -> Verdict:
    """Verdict of a process that imports the mutant; tried twice if the first gives none."""
    for _ in range(2):
        said = process(_command(fault.path, tests, fault.number, seconds), ROOT)[0]
        if said != Verdict.UNKNOWN:
            break
    return said


def _command(shown: str, tests: Sequence[str], number: int, seconds: float) -> list[str]:
    return [sys.executable, str(Path(__file__)), "--one", str(number), "--seconds", str(seconds), "--tests", *tests, "--", shown]


def _one(shown: str, tests: Sequence[str], number: int, seconds: float) -> int:
    """Try one mutant, or the unchanged module, in this process."""
    code = None if number == CONTROL else next(one for one in mutants(ROOT / shown, shown) if one.number == number).code
    return imported(code, ROOT / shown, ".".join(Path(shown).with_suffix("").parts), tests, seconds)


def report(shown: str, found: Found, explained: Collection[str]) -> bool:
    """Print the results of a module; returns whether they are sufficient."""
    print(f"{shown:<45} {found.died:>4} of {found.total:>4} died  {found.share:7.1%}  {found.seconds:5.0f} s")
    for one in found.survivors:
        print(f"    line {one.line}{'' if one.name in explained else ' NOT EXPLAINED'}: {one.name}")
    for one in found.unjudged:
        print(f"    line {one.line} NOT JUDGED: {one.name}")
    unneeded = sorted(set(explained) - {one.name for one in found.survivors})
    for name in unneeded:
        print(f"    EXPLAINED, BUT NO SURVIVOR: {name}")
    sys.stdout.flush()
    return found.share >= LEAST and not found.unjudged and not unneeded and all(one.name in explained for one in found.survivors)


def main() -> int:
    """Try the named modules, or all, one after the other in separate processes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", help="e.g. assessments/reviews/panel.py; all without any")
    parser.add_argument("--tests", nargs="+", help="files of tests instead of those that scripts/mutants.yaml names")
    parser.add_argument("--quick", action="store_true", help="only forks: what lives there and is not explained is not judged")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=CONTROL_SECONDS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.chdir(ROOT)
    named: dict[str, Any] = yaml.safe_load(NAMED.read_text(encoding="utf-8"))
    if len(asked.modules) != 1:
        command = [sys.executable, str(Path(__file__)), *(["--quick"] if asked.quick else [])]
        ended = [subprocess.run([*command, one], check=False).returncode for one in asked.modules or named["modules"]]
        return int(any(ended))
    shown = asked.modules[0]
    tests = asked.tests or named["modules"][shown]
    if asked.one is not None:
        return _one(shown, tests, asked.one, asked.seconds)
    explained = {one["fault"] for one in named["survivors"].get(shown, [])}
    found = examine(shown, tests, explained, named["with_database"].get(shown, ()), quick=asked.quick)
    return 0 if report(shown, found, explained) else 1


if __name__ == "__main__":
    sys.exit(main())
