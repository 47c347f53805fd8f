"""Check what changed: ``make check`` (docs/testing.md).

    python -m scripts.reach [--base COMMIT] [--feature assessments/inspections] [--slow] [--show] [--each]

The change is everything that differs from where the branch left origin/main (without it: from the commit before), uncommitted lines and new
files included. ``--show`` chooses and runs nothing, ``--each`` names every module.
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict

from scripts.reach import KEPT, Choice, Store, choice_between
from scripts.reach.choosing import ALWAYS
from scripts.reach.lint import commands
from scripts.reach.seconds import kept, on_the_clock
from scripts.reach.tree import ROOT, Tree, changed_paths, git, of_checkout, of_commit

MOST_REASONS = 3
MOST_APPS = 6
MOST_NAMED = 4  # modules with the same reasons; of more the number by app is printed
ALONE_SECONDS = 12  # below this one process is done before a second has started
FAST = "not slow and not long"
SLOW = "slow and not long"


def base_of(given: str) -> str:
    """Commit that the checkout is compared with."""
    if given:
        return git("rev-parse", "--verify", f"{given}^{{commit}}").strip()
    for words in (("merge-base", "HEAD", "origin/main"), ("rev-parse", "--verify", "HEAD^")):
        try:
            return git(*words).strip()
        except subprocess.CalledProcessError:
            continue
    return git("rev-parse", "HEAD").strip()


def of_feature(feature: str, tree: Tree) -> list[str]:
    """Files of a feature: its modules, templates and tests. Raises ``SystemExit`` if there is none."""
    name = feature.strip("/").removeprefix("greendistrict/")
    places = (f"{name}/", f"greendistrict/{name}/", f"templates/{name}/", f"tests/{name}/")
    found = [path for path in tree.keys if path.startswith(places) and "/migrations/" not in path]
    if not found:
        msg = f"{feature}: no such feature"
        raise SystemExit(msg)
    return found


def show(choice: Choice, paths: list[str], seconds: dict[str, float], *, each: bool = False) -> list[str]:
    """Print what was chosen and why, modules with the same reasons together; ``each`` names every module. Returns the modules."""
    print(f"== {len(paths)} changed files, {len(choice.reasons)} test modules")
    for reason in choice.everything:
        print(f"everything: {reason}")
    alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    if not choice.everything:
        for path, reasons in sorted(choice.reasons.items()):
            if not path.startswith(ALWAYS) or path in paths:
                alike[tuple(reason for reason in reasons if reason != "always")].append(path)
    for shared, modules in sorted(alike.items(), key=lambda group: (-len(group[1]), group[0])):
        more = len(shared) - MOST_REASONS
        why = "; ".join(shared[:MOST_REASONS]) + (f" and {more} more" if more > 0 else "")
        print(f"{why}\n    {_listed(modules, each=each)}")
    print(f"{ALWAYS}: {sum(path.startswith(ALWAYS) for path in choice.reasons)} modules, always")
    slow = sorted(choice.slow & choice.reasons.keys())
    if slow:
        print(f"with slow tests, run by SLOW=1: {_listed(slow, each=each)}")
    print(f"== fast tests: about {on_the_clock(list(choice.reasons), seconds):.0f} s on two idle cores")
    return sorted(choice.reasons)


def _listed(modules: list[str], *, each: bool) -> str:
    """Modules one by one, or where they are many their number by app."""
    if each or len(modules) <= MOST_NAMED:
        return " ".join(modules)
    apps = Counter("/".join(path.split("/")[:2]) for path in modules)
    counts = [f"{app} {count}" for app, count in apps.most_common(MOST_APPS)]
    others = sum(apps.values()) - sum(count for _, count in apps.most_common(MOST_APPS))
    return f"{len(modules)} modules: {', '.join(counts)}{f', others {others}' if others else ''}"


def run(name: str, command: list[str]) -> bool:
    """Run one command; prints its time and whether it passed."""
    print(f"== {name}", flush=True)
    begun = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    print(f"== {name}: {'ok' if code == 0 else f'FAILED with {code}'}, {time.monotonic() - begun:.0f} s", flush=True)
    return code == 0


def tests(modules: list[str], markers: str, processes: int) -> list[str]:
    """Command that runs the tests of some modules."""
    words = ["-n", str(processes), "--durations", "5", "-m", markers, *os.environ.get("PYTEST", "").split()]
    return [sys.executable, "-m", "pytest", "-q", *words, *modules]


def main() -> int:
    """Exit code 1 if a check or a test fails."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--base", default="", help="commit to compare with")
    parser.add_argument("--feature", default="", help="files of one feature, as if they had changed: assessments/inspections")
    parser.add_argument("--slow", action="store_true", help="run the chosen slow tests too")
    parser.add_argument("--show", action="store_true", help="choose and print, run nothing")
    parser.add_argument("--each", action="store_true", help="name every test module")
    asked = parser.parse_args()
    begun = time.monotonic()
    after = of_checkout()
    base = base_of(asked.base)
    before = Tree(ROOT, {}) if asked.feature else of_commit(base)
    paths = of_feature(asked.feature, after) if asked.feature else changed_paths(base)
    store = Store(KEPT)
    store.load()
    choice = choice_between(before, after, paths, store)
    store.save()
    seconds = kept()
    print(f"== feature {asked.feature}" if asked.feature else f"== since {git('log', '-1', '--format=%h %s', base).strip()}")
    modules = show(choice, paths, seconds, each=asked.each)
    print(f"== chosen in {time.monotonic() - begun:.0f} s", flush=True)
    if asked.show:
        return 0
    passed = [run(name, command) for name, command in commands(paths, before, after)]
    foretold, tests_begun = on_the_clock(modules, seconds), time.monotonic()
    passed.append(run("tests", tests(modules, FAST, 0 if foretold < ALONE_SECONDS else 2)))
    print(f"== fast tests took {time.monotonic() - tests_begun:.0f} s, about {foretold:.0f} s were foretold")
    slow = sorted(choice.slow & choice.reasons.keys())
    if asked.slow and slow:
        passed.append(run("slow tests", tests(slow, SLOW, 2)))
    print(f"== {'passed' if all(passed) else 'FAILED'} in {time.monotonic() - begun:.0f} s")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
