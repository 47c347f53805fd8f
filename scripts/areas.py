"""Slow tests that CI leaves out while their area has not changed, and when the steps of ``make test-long`` last passed.

A slow test is marked ``pytest.mark.area("approvals/cases", "scripts/demo.py")`` with what it is about: packages, folders or files.
``make test-slow`` runs it where one of them differs from what it was two days of commits before, ``make areas`` (a part of
``make test-long``) always.

``python -m scripts.areas`` prints what is left out; ``python -m scripts.areas passed STEP COMMIT`` keeps that a step has passed.
"""

import ast
import datetime as dt
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
STEP = "areas"
STEPS = (STEP, "inputs", "routes", "interrupted", "million", "mutants", "faults", "word", "image")
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
    """The commit that the files are compared with, and why that one."""

    commit: str
    day: str
    reason: str


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def passed() -> dict[str, dict[str, str]]:
    """Day, commit and tree at which each step of ``make test-long`` last passed whole; a step that nobody has kept is missing."""
    kept: dict[str, dict[str, str]] = json.loads(PASSED.read_text(encoding="utf-8")) if PASSED.exists() else {}
    return kept


def base() -> Base | None:
    """The last commit that is two days older than the newest, or a later one with whose files ``make areas`` has passed.

    None where the history that is here begins later.
    """
    newest = _git("log", "-1", "--format=%cI")
    if not newest:
        return None
    before = (dt.datetime.fromisoformat(newest) - WINDOW).isoformat()
    old = _git("log", "-1", f"--before={before}", "--format=%H %cs")
    if not old:
        return None
    commit, day = old.split()
    tree = passed().get(STEP, {}).get("tree")
    for line in _git("log", "--format=%H %cs %T", f"{commit}..HEAD").splitlines():
        later, its_day, its_tree = line.split()
        if its_tree == tree:
            return Base(later, its_day, f"every area passed with its files (make {STEP})")
    return Base(commit, day, "two days of commits")


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
    own = modules_of(module)
    places = [place for word in area for place in (word, f"templates/{word}")]

    def lies_within(file: str) -> bool:
        return file in own or file in EVERYWHERE or any(_lies_in(place, file) for place in places)

    return min(filter(lies_within, files), default="")


def _lies_in(place: str, file: str) -> bool:
    return f"/{place[2:]}/" in file if place.startswith("*/") else file == place or file.startswith(f"{place}/")


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
    yield f"areas: compared with {found.commit[:12]} of {found.day}: {found.reason}" if found else "areas: history too short, all are run"
    out: list[str] = []
    run: list[str] = []
    for module in sorted(TESTS.rglob("test_*.py")):
        name = module.relative_to(TESTS).as_posix()
        for area in dict.fromkeys(marked(module)):  # a module names the area of each of its tests, mostly the same
            file = reached(area, module, files)
            (run if file else out).append(f"{name} ({file or ' '.join(area)})")
    yield from (f"areas: run {one}" for one in run)
    yield from (f"areas: left out {one}" for one in out)
    yield f"areas: {len(run)} run, {len(out)} left out; all of them last passed {_said(STEP)}"
    yield f"make test-long, each step last passed whole: {', '.join(f'{step} {_said(step)}' for step in STEPS)}"


def _said(step: str) -> str:
    kept = passed().get(step)
    return f"on {kept['day']} at {kept['commit'][:12]}" if kept else "unknown"


def keep(step: str, commit: str) -> str:
    """Keep that a step has passed with the files of a commit, unless other files lie here now; what was done, in a line."""
    lying = [line for line in _git("status", "--porcelain").splitlines() if not line.endswith(PASSED.relative_to(ROOT).as_posix())]
    if not commit or lying or commit != _git("rev-parse", "HEAD"):
        return f"{step} passed; not kept in {PASSED.name}, because the files are not those of the commit it began with"
    day = dt.datetime.now(tz=dt.UTC).date().isoformat()
    kept = {**passed(), step: {"day": day, "commit": commit, "tree": _git("rev-parse", "HEAD^{tree}")}}
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
