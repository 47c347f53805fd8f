"""What was recorded of the fast tests: the tests that execute a line or render a node, and the lines that any test executes."""

import difflib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from coverage import CoverageData
from coverage.parser import PythonParser

from scripts.faults.places import ROOT, TEMPLATES


class Recording:
    """A folder written by ``scripts/faults/recorder.py``. Places in files that changed since are found by comparing the sources."""

    def __init__(self, folder: Path) -> None:
        """Raises ``FileNotFoundError`` if nothing was recorded."""
        self.folder = folder
        kept = json.loads((folder / "sources.json").read_text(encoding="utf-8"))
        self.sources: dict[str, str] = kept["sources"]
        self.digests: dict[str, str] = kept["tests"]
        said = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("nodes.*.json"))]
        self.root = Path(said[0]["root"])
        self.seconds: dict[str, float] = {test: spent for one in said for test, spent in one["seconds"].items()}
        self.modules = {test.partition("::")[0] for test in self.seconds}
        self._said = said
        self.tests_of_file = cache(self._tests_of_file)
        self.moved = cache(self._moved)

    @cached_property
    def data(self) -> list[CoverageData]:
        """Coverage data of each process."""
        found = []
        for path in sorted(self.folder.glob("lines.*")):
            data = CoverageData(str(path))
            data.read()
            found.append(data)
        return found

    @cached_property
    def nodes(self) -> dict[str, dict[int, set[str]]]:
        """Tests by template and position."""
        found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for one in self._said:
            tests = list(one["seconds"])
            for name, places in one["nodes"].items():
                for place, numbers in places.items():
                    found[name][int(place)].update(tests[number] for number in numbers)
        return found

    def _tests_of_file(self, path: str) -> dict[int, set[str]]:
        """Tests by line of a module as it was recorded; lines executed outside tests have none."""
        found: dict[int, set[str]] = defaultdict(set)
        for data in self.data:
            for line, tests in data.contexts_by_lineno(str(self.root / path)).items():
                found[line].update(filter(None, tests))
        return found

    def tests_of_line(self, path: str, line: int) -> set[str]:
        """Tests that execute a line of a module as it is now; those of the lines around it if it is new."""
        tests = self.tests_of_file(path)
        return set().union(*(tests.get(one, set()) for one in self.moved(path)(line)))

    def runs_early(self, path: str, lines: tuple[int, int]) -> bool:
        """Whether one of the lines is executed while modules are imported."""
        found = [data.contexts_by_lineno(str(self.root / path)) for data in self.data]
        return any("" in contexts.get(place, ()) for contexts in found for line in lines for place in self.moved(path)(line))

    def tests_of_nodes(self, path: str, positions: tuple[int, ...]) -> set[str]:
        """Tests that render the first of the nodes that any test renders, in a template that has not changed; else those that render it."""
        places = self.nodes.get(path.removeprefix(f"{TEMPLATES}/"), {})
        now = (ROOT / path).read_text(encoding="utf-8")
        same = self.sources.get(path) == now
        return next((places[one] for one in positions if (same or one < 0) and places.get(one)), set())

    def _moved(self, path: str) -> Any:
        """Lines as recorded for a line as it is now."""
        now = (ROOT / path).read_text(encoding="utf-8").splitlines()
        before = self.sources.get(path, "").splitlines()
        if now == before:
            return lambda line: (line,)
        places: dict[int, int] = {}
        for block in difflib.SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks():
            places.update((block.b + step + 1, block.a + step + 1) for step in range(block.size))

        def found(line: int) -> tuple[int, ...]:
            if line in places:
                return (places[line],)
            nearest = [max((one for one in places if one < line), default=0), min((one for one in places if one > line), default=0)]
            return tuple(places[one] for one in nearest if one)

        return found

    def executed(self) -> Iterator[tuple[str, set[int], set[int]]]:
        """Path, statements and executed statements of each module, by first lines."""
        for path, source in sorted(self.sources.items()):
            if not path.startswith(f"{TEMPLATES}/"):
                parser = PythonParser(text=source)
                parser.parse_source()
                seen: set[int] = set().union(*(data.lines(str(self.root / path)) or () for data in self.data))
                yield path, set(parser.statements), parser.first_lines(seen) & parser.statements


def newest(known: Sequence[Recording]) -> Iterator[tuple[Recording, set[str]]]:
    """Each recording with the test modules that a later one recorded again."""
    for place, recording in enumerate(known):
        yield recording, {module for later in known[place + 1 :] for module in later.modules}


def coverage_report(recording: Recording, earlier: Recording | None) -> str:
    """Share of the statements that fast tests execute in process, and the statements of an earlier recording no longer executed."""
    rows, total, ran = [], 0, 0
    before = {path: done for path, _, done in earlier.executed()} if earlier else {}
    for path, statements, done in recording.executed():
        total, ran = total + len(statements), ran + len(done)
        if earlier is None or path not in before:
            continue
        old, new = earlier.sources[path].splitlines(), recording.sources[path].splitlines()
        for block in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            for step in range(1, block.size + 1):
                line = block.b + step
                if block.a + step in before[path] and line in statements - done:
                    rows.append(f"  no longer executed: {path}:{line}  {new[line - 1].strip()}")
    rows.append(f"{ran} of {total} statements executed: {ran / total:.2%}")
    if earlier:
        old_total, old_ran = (sum(len(one[place]) for one in earlier.executed()) for place in (1, 2))
        rows.append(f"earlier {old_ran} of {old_total}: {old_ran / old_total:.2%}")
    return "\n".join(rows)
