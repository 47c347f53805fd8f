"""Tests whose pages are worth keeping (``tests/pages/of_tests.txt``): they render parts of templates that no kept text shows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from scripts.faults.places import ROOT
from scripts.faults.recording import Recording, newest

PAGES = "tests/pages/"
LISTED = ROOT / PAGES / "of_tests.txt"


def worth_keeping(known: Sequence[Recording]) -> Iterator[tuple[str, int]]:
    """Tests that are not listed, with the number of nodes that each adds to those before it; the most first."""
    listed = set(LISTED.read_text(encoding="utf-8").splitlines())
    adds: dict[str, set[tuple[str, int]]] = defaultdict(set)
    shown: set[tuple[str, int]] = set()
    seconds: dict[str, float] = {}
    for recording, later in newest(known):
        seconds |= recording.seconds
        for template, nodes in recording.nodes.items():
            for node, tests in nodes.items():
                for test in tests:
                    if test.partition("::")[0] in later or not template.endswith(".html"):
                        continue
                    if test.startswith(PAGES) or test in listed:
                        shown.add((template, node))
                    else:
                        adds[test].add((template, node))
    while adds:
        test = max(adds, key=lambda one: (len(adds[one] - shown), -seconds[one]))
        fresh = adds.pop(test) - shown
        if not fresh:
            return
        shown |= fresh
        yield test, len(fresh)
