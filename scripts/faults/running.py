"""The processes that try faults side by side: what each tries, in which order the tests run, and what became of it."""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict
from itertools import takewhile, zip_longest
from pathlib import Path
from typing import Any

import pytest

from scripts.faults import code, pages
from scripts.faults.checked import chosen_by_check
from scripts.faults.choice import Chosen
from scripts.faults.places import ROOT
from scripts.faults.recording import Recording, newest
from scripts.faults.report import Result
from scripts.faults.trials import Outcome, Trial, Trials

TRIALS = "trials.json"
FAST = "not slow and not long"
EARLY = 5  # test modules that begin anew
LOCKS = code.LOCK_KIND, "tests/architecture/test_locks.py::"  # looks at the loaded functions without executing them


def tried(faults: Sequence[Chosen], known: Sequence[Recording], budget: float, processes: int) -> list[Result]:
    """Try the faults in several processes, each with ``budget`` processor seconds for its tests; prints each outcome when it is known."""
    chosen = zip(faults, chosen_by_check(faults), strict=True)
    trials = [_trial(fault, known, budget, check) for fault, check in chosen]
    with tempfile.TemporaryDirectory(prefix="gd-faults-") as name:
        folder = Path(name)
        (folder / TRIALS).write_text(json.dumps([_stored(trial) for trial in trials]), encoding="utf-8")
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "scripts.faults", "process", name, str(number)],
                cwd=ROOT,
                env={**os.environ, "GD_TEST_DATABASE": f"test_faults_{number}"},
            )
            for number in range(processes)
        ]
        ended = [one.wait() for one in running]
        said = [json.loads(line) for path in sorted(folder.glob("*.told")) for line in path.read_text(encoding="utf-8").splitlines()]
    if any(ended):
        msg = f"a process ended with {max(ended)}"
        raise SystemExit(msg)
    outcomes = {one.pop("number"): Outcome(**one) for one in said}
    return [Result(trial.fault, outcomes[number]) for number, trial in enumerate(trials)]


def _trial(fault: Chosen, known: Sequence[Recording], budget: float, check: Sequence[str]) -> Trial:
    tests = in_order(tests_of(fault, known), fault, known)
    runs_early = isinstance(fault.site, code.Site) and any(one.runs_early(fault.path, fault.site.lines) for one in known)
    early = sorted(check, key=lambda module: far(module, fault))[:EARLY] if runs_early and not tests else []
    return Trial(fault, tests, budget, check, early)


def _stored(trial: Trial) -> dict[str, Any]:
    return {
        **asdict(trial),
        "fault": {**vars(trial.fault), "site": list(trial.fault.site)},
        "page": isinstance(trial.fault.site, pages.Site),
    }


def _read(said: dict[str, Any]) -> Trial:
    site = pages.Site(*said["fault"]["site"]) if said.pop("page") else code.Site(*said["fault"]["site"])
    return Trial(**{**said, "fault": Chosen(**{**said["fault"], "site": site})})


def run_process(folder: Path, number: int) -> int:
    """Try faults in this process until none is free; returns pytest's exit code."""
    trials = [_read(one) for one in json.loads((folder / TRIALS).read_text(encoding="utf-8"))]
    modules = sorted({test.partition("::")[0] for trial in trials for test, _ in trial.tests})
    here = [path for path in modules if (ROOT / path).exists()]

    def take(index: int) -> bool:
        try:
            (folder / f"{index}.taken").touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def tell(index: int, outcome: Outcome) -> None:
        with (folder / f"{number}.told").open("a", encoding="utf-8") as told:
            told.write(json.dumps({"number": index, **asdict(outcome)}) + "\n")
        print(Result(trials[index].fault, outcome).line(), flush=True)

    plugin = Trials(trials, take, tell)
    ended = pytest.main(["-q", "-p", "no:cacheprovider", "--no-header", "-m", FAST, *here], plugins=[plugin])
    return int(ended not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED})  # pytest does not count tests run in a child


def tests_of(fault: Chosen, known: Sequence[Recording]) -> set[str]:
    """Fast tests that execute the fault's line or render its node; each as it was recorded last."""
    found: set[str] = set()
    for recording, later in newest(known):
        if isinstance(fault.site, code.Site):
            found |= {test for test in recording.seconds if fault.kind == LOCKS[0] and test.startswith(LOCKS[1])}
            tests = next((some for line in fault.site.lines if (some := recording.tests_of_line(fault.path, line))), set())
        else:
            tests = recording.tests_of_nodes(fault.path, fault.site.nodes)
        found |= {test for test in tests if test.partition("::")[0] not in later}
    return found


def in_order(tests: Collection[str], fault: Chosen, known: Sequence[Recording]) -> list[tuple[str, float]]:
    """The tests with their seconds: one of each module in turn, those of the fault's own feature first, the quickest first.

    A quick test executes little besides the line, and tests of one module notice much the same.
    """
    seconds = {test: spent for recording in known for test, spent in recording.seconds.items()}
    by_module: dict[str, list[str]] = defaultdict(list)
    for test in sorted(tests, key=lambda one: (seconds[one], one)):
        by_module[test.partition("::")[0]].append(test)
    ranked = sorted(by_module, key=lambda module: (far(module, fault), seconds[by_module[module][0]]))
    turns = zip_longest(*(by_module[module] for module in ranked))
    return [(test, seconds[test]) for turn in turns for test in turn if test is not None]


def far(module: str, fault: Chosen) -> int:
    """Rank of a test module by its place: the smaller, the more folders it shares with the fault."""
    feature = fault.path.removeprefix("templates/").removeprefix("greendistrict/").rpartition("/")[0].split("/")
    return -sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(module.split("/")[1:-1], feature, strict=False)))
