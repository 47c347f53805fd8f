"""Which modules hold slow tests, and the order in which several processes take them, so that none is left over at the end for one alone."""

from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

Test = TypeVar("Test", bound=Hashable)
# Seconds of the slow tests of a file, from --durations of .ci/run; what is not named takes a few.
SECONDS = {
    "e2e/test_demo_crawl.py": 310,  # and 240 more where nobody has loaded the story before
    "e2e/test_year.py": 285,
    "portal/test_bench.py": 225,
    "ops/test_demo_interrupted.py": 190,
    "portal/test_attacks.py": 160,
    "e2e/test_five_experts.py": 145,
    "e2e/test_land.py": 120,
    "e2e/test_full_life.py": 115,
    "portal/test_fiction.py": 100,
    "e2e/test_idle_year.py": 85,
    "reports/letters/test_files.py": 85,
    "portal/test_pages.py": 75,
    "ops/test_delivery_faults.py": 70,
    "e2e/test_no_keystroke_lost.py": 60,
    "portal/backup/test_rehearsal.py": 60,
    "approvals/cases/test_machines.py": 55,
    "portal/test_classified_everywhere.py": 55,
    "approvals/casework/test_lifecycle.py": 45,
    "assessments/reviews/test_blind.py": 45,
    "assessments/tables/test_queue_browser.py": 45,
    "ops/test_killed_decision.py": 45,
    "portal/test_demo_story.py": 45,
    "pictures/test_pictures.py": 45,
    "e2e/test_stage.py": 45,
    "e2e/test_titles_end.py": 40,
    "reports/annual/test_pdf.py": 40,
    "reports/composition/test_long.py": 40,
    "approvals/acceptances/test_steps.py": 35,
    "e2e/test_keyboard_alone.py": 30,
    "core/test_schema.py": 30,
    "ops/test_before.py": 30,
}


@cache
def names_slow(module: Path) -> bool:
    """Whether a module of tests marks something as slow."""
    return "mark.slow" in module.read_text(encoding="utf-8")


def only_slow(markers: str) -> bool:
    """Whether an expression of ``-m`` lets no other test through."""
    return markers == "slow" or markers.startswith("slow and ")


def ordered(tests: Sequence[tuple[Test, str]], processes: int) -> list[Test]:
    """The tests in the order in which xdist's ``worksteal`` shares them out, given with their files.

    It gives each process a stretch of equal length and lets whoever is done take from the end of another's. So each stretch begins with its
    share of the longest, by seconds, and ends with short ones.
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
        fill = max(0, length - len(share))
        found += [*share, *short[:fill]]
        short = short[fill:]
        left -= len(share) + fill
    return found + short


def _evenly(files: Iterable[str], processes: int) -> Iterable[tuple[int, str]]:
    """(process, file), the longest first, each to the process that has least so far."""
    load = [0] * processes
    for file in sorted(files, key=lambda file: (-SECONDS[file], file)):
        number = load.index(min(load))
        load[number] += SECONDS[file]
        yield number, file
