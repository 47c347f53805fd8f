"""Slow tests that CI leaves out while their area has not changed, and when the steps of ``make test-long`` last passed.

A slow test is marked ``pytest.mark.area("approvals/cases", "scripts/demo.py")`` with what it is about: packages, folders or files.
``make test-slow`` runs it where one of them differs from what it was two days of commits before, unless it has passed with the very same
files; ``make areas`` (a part of ``make test-long``) runs it always and keeps with which files each area has passed.

``python -m scripts.areas`` prints what is left out; ``python -m scripts.areas passed STEP COMMIT`` keeps that a step has passed.
"""

import ast
import datetime as dt
import hashlib
import json
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
PASSED = TESTS / "last_long.json"
PASSED_AREAS = TESTS / "passed_areas.json"  # by module and area: sum of the files with which all of its tests passed, and the day
NOT_KEPT = "not kept in {}, because the files are not those of the commit it began with"
STEP = "areas"
STEPS = (STEP, "inputs", "routes", "interrupted", "million", "mutants", "faults", "word", "html", "pdfs", "image")
WINDOW = dt.timedelta(days=2)
MARK = "mark.area("
EVERYWHERE = ("requirements/dev.txt", "package-lock.json")  # libraries, of which every area is made
# Whose pages the tests without an area open, the main journey first: a journey need not name them where it only passes through.
FRAME = (
    *("greendistrict", "portal", "obligations"),
    *("approvals/applications", "approvals/casework", "approvals/publicity"),
    *("assessments/reviews", "assessments/score_page", "assessments/self_checks", "assessments/worklist"),
    *("districts/boundaries", "districts/indicator_systems", "districts/lists", "districts/overview", "districts/plots"),
    *("districts/profile", "districts/projects", "districts/special_plans"),
    *("reports/center", "reports/letters"),
)
WORLDS = "tests/factories/"  # changes with nearly every feature; what factories make is looked at by the fast tests that use them


@dataclass(frozen=True)
class Base:
    """The commit that the files are compared with."""

    commit: str
    day: str


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def passed() -> dict[str, dict[str, str]]:
    """Day and commit at which each step of ``make test-long`` last passed whole; a step that nobody has kept is missing."""
    kept: dict[str, dict[str, str]] = json.loads(PASSED.read_text(encoding="utf-8")) if PASSED.exists() else {}
    return kept


def base() -> Base | None:
    """The last commit that is two days older than the newest; None where the history that is here begins later."""
    newest = _git("log", "-1", "--format=%cI")
    if not newest:
        return None
    before = (dt.datetime.fromisoformat(newest) - WINDOW).isoformat()
    old = _git("log", "-1", f"--before={before}", "--format=%H %cs")
    if not old:
        return None
    return Base(*old.split())


@cache
def changed() -> frozenset[str] | None:
    """Files that differ from those of the base, what is not committed included; None where there is no base."""
    found = base()
    if found is None:
        return None
    names = _git("diff", "--name-only", "--no-renames", "-z", found.commit).split("\0")
    names += _git("ls-files", "--others", "--exclude-standard", "-z").split("\0")
    return frozenset(names) - {""}


def modules_of(module: Path) -> set[str]:
    """A module of tests and what it imports of the tests, by their paths; factories aside."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(ROOT).as_posix()
        if name in found or name.startswith(WORLDS) or not path.is_file():
            continue
        found.add(name)
        waiting += _imported(path)
    return found


@cache
def _imported(path: Path) -> tuple[Path, ...]:
    nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)]
    names = [f"{node.module}.{alias.name}" for node in nodes for alias in node.names] + [f"{node.module}" for node in nodes]
    return tuple(ROOT / f"{name.replace('.', '/')}.py" for name in names if name.startswith("tests."))


def reached(area: Iterable[str], module: Path, files: Collection[str] | None) -> str:
    """The first of the changed files that lies in the area of a test of this module, "" where none does.

    A package is watched with its templates, ``*/migrations`` means every folder of that name, and with each area what the tests are
    written in is watched. Without known changes everything is reached.
    """
    if files is None:
        return "history too short"
    return min(_watched(area, module, files), default="")


def _watched(area: Iterable[str], module: Path, files: Iterable[str]) -> Iterator[str]:
    own = modules_of(module)
    places = [place for word in area for place in (word, f"templates/{word}")]
    return (file for file in files if file in own or file in EVERYWHERE or any(_lies_in(place, file) for place in places))


def _lies_in(place: str, file: str) -> bool:
    return f"/{place[2:]}/" in file if place.startswith("*/") else file == place or file.startswith(f"{place}/")


@cache
def _files() -> tuple[str, ...]:
    names = _git("ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    return tuple(sorted(name for name in set(names) if name and (ROOT / name).is_file()))


@cache
def _sum_of(file: str) -> bytes:
    return hashlib.sha256((ROOT / file).read_bytes()).digest()


@cache
def files_sum(area: tuple[str, ...], module: Path) -> str:
    """Names and contents of all files that an area watches, as 16 hexadecimal digits."""
    found = hashlib.sha256()
    for file in _watched(area, module, _files()):
        found.update(file.encode() + b"\0" + _sum_of(file))
    return found.hexdigest()[:16]


@cache
def passed_areas() -> dict[str, dict[str, dict[str, str]]]:
    """Module → area, its places with blanks between → ``files`` (sum) and ``day`` of the last time all of its tests passed."""
    kept: dict[str, dict[str, dict[str, str]]] = json.loads(PASSED_AREAS.read_text(encoding="utf-8")) if PASSED_AREAS.exists() else {}
    return kept


def passed_on(area: tuple[str, ...], module: Path) -> str:
    """The day on which all tests of an area passed with the files that lie here now, "" where they have not."""
    kept = passed_areas().get(module.relative_to(TESTS).as_posix(), {}).get(" ".join(area))
    return kept["day"] if kept and kept["files"] == files_sum(area, module) else ""


def keep_areas(whole: Collection[tuple[tuple[str, ...], Path]], commit: str, failed: Collection[tuple[tuple[str, ...], Path]] = ()) -> str:
    """Keep of (area, module) that all of their tests passed with the files of a commit, unless others lie here now; said in a line.

    Of one with a failure nothing stays, even where it has passed with the very same files before.
    """
    if _lie_other_files(commit):
        return f"areas passed: {len(whole)}; {NOT_KEPT.format(PASSED_AREAS.name)}"
    day = dt.datetime.now(tz=dt.UTC).date().isoformat()
    kept = {module: dict(of_module) for module, of_module in passed_areas().items()}
    for area, module in whole:
        kept.setdefault(module.relative_to(TESTS).as_posix(), {})[" ".join(area)] = {"files": files_sum(area, module), "day": day}
    for area, module in failed:
        kept.get(module.relative_to(TESTS).as_posix(), {}).pop(" ".join(area), None)
    kept = {module: of_module for module, of_module in kept.items() if of_module}
    PASSED_AREAS.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    passed_areas.cache_clear()
    return f"areas passed: {len(whole)}; kept in {PASSED_AREAS.name}, which belongs in a commit"


def head() -> str:
    """The commit that is checked out."""
    return _git("rev-parse", "HEAD")


def _lie_other_files(commit: str) -> bool:
    own = tuple(path.relative_to(ROOT).as_posix() for path in (PASSED, PASSED_AREAS))
    return not commit or commit != head() or any(not line.endswith(own) for line in _git("status", "--porcelain").splitlines())


def is_named(feature: str, area: Iterable[str]) -> bool:
    """Whether a feature lies in an area, or is one of those that are watched without it."""
    return any(feature == word or feature.startswith(f"{word}/") for word in (*area, *FRAME))


def marked(module: Path) -> list[tuple[str, ...]]:
    """The areas that are named in a module of tests; one that is worked out, by its expression."""
    text = module.read_text(encoding="utf-8")
    if MARK not in text:
        return []
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.area"]
    return [tuple(str(word.value) if isinstance(word, ast.Constant) else ast.unparse(word) for word in call.args) for call in calls]


def lines() -> Iterator[str]:
    """What CI prints: the base, what is left out, what is run and for which file, and when the long steps last passed."""
    found, files = base(), changed()
    yield f"areas: compared with {found.commit[:12]} of {found.day}, two days of commits ago" if found else "areas: history too short"
    out: list[str] = []
    run: list[str] = []
    for module in sorted(TESTS.rglob("test_*.py")):
        name = module.relative_to(TESTS).as_posix()
        for area in dict.fromkeys(marked(module)):  # a module names the area of each of its tests, mostly the same
            file = reached(area, module, files)
            day = passed_on(area, module) if file else ""
            said = f"{name} ({f'passed with these files on {day}' if day else file or ' '.join(area)})"
            (run if file and not day else out).append(said)
    yield from (f"areas: run {one}" for one in run)
    yield from (f"areas: left out {one}" for one in out)
    yield f"areas: {len(run)} run, {len(out)} left out; all of them last passed {_said(STEP)}"
    yield f"make test-long, each step last passed whole: {', '.join(f'{step} {_said(step)}' for step in STEPS)}"


def _said(step: str) -> str:
    kept = passed().get(step)
    return f"on {kept['day']} at {kept['commit'][:12]}" if kept else "unknown"


def keep(step: str, commit: str) -> str:
    """Keep that a step has passed with the files of a commit, unless other files lie here now; what was done, in a line."""
    if _lie_other_files(commit):
        return f"{step} passed; {NOT_KEPT.format(PASSED.name)}"
    day = dt.datetime.now(tz=dt.UTC).date().isoformat()
    kept = {**passed(), step: {"day": day, "commit": commit}}
    PASSED.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n", encoding="utf-8")
    return f"{step} passed at {commit[:12]}; kept in {PASSED.name}, which belongs in a commit"


def main() -> None:
    """Print what is left out, or keep that a step has passed."""
    if sys.argv[1:2] == ["passed"]:
        print(keep(*sys.argv[2:4]))
    else:
        print("\n".join(lines()))


if __name__ == "__main__":
    main()
