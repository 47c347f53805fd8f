"""Which modules hold slow tests, and the order in which several processes take them, so that none is left over at the end for one alone."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

Test = TypeVar("Test", bound=Hashable)
# Seconds of the slow tests of a file, from --durations of .ci/run with four processes on two cores; what is not named takes a few.
SECONDS = {
    "portal/test_walk.py": 1000, "portal/test_bench.py": 320, "e2e/test_year.py": 270, "ops/test_training.py": 220,
    "e2e/test_land.py": 300, "portal/api/test_schema.py": 190, "portal/test_demo_story.py": 180, "e2e/test_five_experts.py": 170,
    "workflow/test_every_matter.py": 150, "portal/backup/test_restored_objects.py": 140, "assessments/reviews/test_blind.py": 140,
    "ops/test_demo_interrupted.py": 140, "ops/test_faults.py": 110, "e2e/test_full_life.py": 105, "ops/test_killed_decision.py": 95,
    "e2e/test_idle_year.py": 95, "core/test_schema.py": 90, "ops/test_before.py": 90, "reports/jobs/test_worker_killed.py": 85,
    "portal/backup/test_rehearsal.py": 75, "assessments/tables/test_queue_browser.py": 75, "ops/test_delivery_faults.py": 75,
    "reports/letters/test_files.py": 65, "e2e/test_stage.py": 60, "districts/special_plans/test_sections.py": 55,
    "e2e/test_no_keystroke_lost.py": 50, "e2e/test_titles_end.py": 50, "reports/matters/test_command.py": 45,
    "e2e/test_keyboard_alone.py": 35, "e2e/test_reminders.py": 35, "upgrade/test_upgrade.py": 30, "ops/test_image.py": 25,
    "pictures/test_pictures.py": 25,
}  # fmt: skip


@cache
def names(mark: str, module: Path) -> bool:
    """Whether a module of tests has this mark on something; an area makes a test a slow one."""
    text = module.read_text(encoding="utf-8")
    return f"mark.{mark}" in text or (mark == "slow" and "mark.area" in text)


def needed(markers: str) -> str:
    """The mark without which no test comes through an expression of ``-m``; "" where that is not said of ``slow`` or ``area``."""
    first = markers.partition(" and ")[0]
    return first if first in {"slow", "area"} else ""


def ordered(tests: Sequence[tuple[Test, str]], processes: int) -> list[Test]:
    """The tests in the order in which xdist's ``worksteal`` shares them out, given with their files.

    It gives each process a stretch of equal length and lets whoever is done take from the end of another's. So each stretch begins with its
    share of the longest, by seconds, and ends with short ones. What of a share is more than its stretch goes to the next ones.
    """
    by_file: dict[str, list[Test]] = {}
    short: list[Test] = []
    for test, file in tests:
        (by_file.setdefault(file, []) if file in SECONDS else short).append(test)
    shares: list[list[Test]] = [[] for _ in range(processes)]
    for number, file in _evenly(by_file, processes):
        shares[number] += by_file[file]
    found: list[Test] = []
    left = len(tests)
    for number, share in enumerate(shares):
        length = left // (processes - number)
        held, rest = share[:length], [*share[length:], *short]
        fill = length - len(held)
        found += [*held, *rest[:fill]]
        short = rest[fill:]
        left -= length
    return found + short


def put_last(tests: Sequence[Test], processes: int, waits: Callable[[Test], bool]) -> list[Test]:
    """The same stretches, in each of which those that may wait come after the others."""
    found: list[Test] = []
    for number in range(processes):
        length = (len(tests) - len(found)) // (processes - number)
        found += sorted(tests[len(found) : len(found) + length], key=waits)
    return found


def _evenly(files: Iterable[str], processes: int) -> Iterable[tuple[int, str]]:
    """(process, file), the longest first, each to the process that has least so far."""
    load = [0] * processes
    for file in sorted(files, key=lambda file: (-SECONDS[file], file)):
        number = load.index(min(load))
        load[number] += SECONDS[file]
        yield number, file
