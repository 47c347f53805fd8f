"""Which test modules a change can reach, and why."""

from dataclasses import dataclass, field

from scripts.reach.build import Reach, reach_of, test_modules
from scripts.reach.changes import Change, Seed, change_between
from scripts.reach.store import Store
from scripts.reach.tree import Tree, of_commit

ALWAYS = "tests/architecture/"


@dataclass
class Choice:
    """Test modules with the reasons, and files whose place nobody knows."""

    reasons: dict[str, list[str]] = field(default_factory=dict)
    slow: frozenset[str] = frozenset()
    everything: list[str] = field(default_factory=list)


def choice_between(before: Tree, after: Tree, paths: list[str], store: Store) -> Choice:
    """Test modules that a change from one tree to the other can reach."""
    change = change_between(before, after, paths)
    wanted = frozenset(change.wanted)
    reach = reach_of(after, store, wanted)
    earlier = reach_of(before, store, wanted) if change.removed else None
    return chosen_in([one for one in (reach, earlier) if one], change, test_modules(after))


def choice_of(commit: str, store: Store) -> Choice:
    """Test modules that a commit of the history could reach, compared with the one before it. Raises ``CalledProcessError``."""
    before, after = of_commit(f"{commit}^"), of_commit(commit)
    paths = [path for path in before.keys.keys() | after.keys.keys() if before.keys.get(path) != after.keys.get(path)]
    return choice_between(before, after, sorted(paths), store)


def chosen_in(graphs: list[Reach], change: Change, tests: list[str]) -> Choice:
    """Which of the tests reach something of a change in one of the graphs, the first of which is that of the tree with the change."""
    found = Choice(slow=graphs[0].slow, everything=list(change.everything))
    for path in tests:
        if path in change.tests:
            found.reasons[path] = ["changed itself"]
        elif path.startswith(ALWAYS):
            found.reasons[path] = ["always"]
    placed = set(change.tests)
    for seed in change.seeds:
        for path in {path for reach in graphs for path in _reaching(reach, seed)}.intersection(tests):
            placed.add(seed.path)
            words = found.reasons.setdefault(path, [])
            if str(seed) not in words:
                words.append(str(seed))
    for path in sorted(change.read - placed):
        beside = _beside(path, tests) if path.endswith(".py") else []
        found.everything += [] if beside else [f"{path}, which no test is known to reach"]
        for test in beside:
            found.reasons.setdefault(test, []).append(f"beside {path}")
    if found.everything:
        found.reasons = dict.fromkeys(tests, found.everything)
    return found


def _reaching(reach: Reach, seed: Seed) -> list[str]:
    """Test modules that reach all nodes of a seed."""
    mask = reach.closed.mask(seed.nodes)
    return [path for path, reached in reach.tests.items() if mask & reached == mask] if mask.bit_count() == len(seed.nodes) else []


def _beside(path: str, tests: list[str]) -> list[str]:
    """Test modules of the feature or app of a file that no test is known to reach."""
    parts = path.removeprefix("greendistrict/").removeprefix("tests/").split("/")[:-1]
    for length in range(min(2, len(parts)), 0, -1):
        folder = "/".join(["tests", *parts[:length], ""])
        if found := [test for test in tests if test.startswith(folder)]:
            return found
    return []
