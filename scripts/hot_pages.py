"""Compare the kept costs of hot pages with those on main before and those of the last release; exit code 1 if one rose without a reason.

``tests/hot_pages/kept.txt`` holds function calls, queries and bytes of each page, measured by ``make hot-pages KEEP=1``. More than 5 %
over main or 10 % over the release fails, and so does a page that is gone, unless a commit names the new figure with its reason:

    Costs: officer's desk, calls 101200: the desk shows what waits for a deputy

Main before is where the branch left ``origin/main``. On main itself, or without it, it is the commit before the last that changed the file.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FILE = "tests/hot_pages/kept.txt"
OVER_MAIN, OVER_RELEASE = 5, 10  # percent
HEAD_LINE = re.compile(r"^# Python (\S+), version (\S+)$", re.MULTILINE)
REASON = re.compile(r"^Costs: (?P<page>.+), (?P<what>calls|queries|bytes) (?P<number>\d+): \S", re.MULTILINE)


class Cost(NamedTuple):
    """Function calls, queries and bytes of one request."""

    calls: int
    queries: int
    bytes: int


class Kept(NamedTuple):
    """Content of the file: costs by page, now and of the released version, and the minor version of Python that counted the calls."""

    python: str
    version: str
    now: Mapping[str, Cost]
    released: Mapping[str, Cost]


class Rise(NamedTuple):
    """A figure of a page that is more than it may be; ``now`` is 0 for a page that is gone."""

    page: str
    what: str
    before: int
    now: int


def read(text: str) -> Kept:
    """The content of a file."""
    head = HEAD_LINE.search(text)
    if head is None:
        msg = f"{FILE}: no line like {HEAD_LINE.pattern}"
        raise ValueError(msg)
    now, released = {}, {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        page, *figures = (part.strip() for part in line.split("|"))
        now[page] = Cost(*map(int, figures[:3]))
        if "-" not in figures[3:]:
            released[page] = Cost(*map(int, figures[3:]))
    return Kept(head[1], head[2], now, released)


def written(kept: Kept) -> str:
    """The file with such content, one sorted line a page."""
    head = (
        "# Function calls, queries and bytes of hot pages, then those of the last release: make hot-pages KEEP=1\n"
        f"# Python {kept.python}, version {kept.version}\n"
    )
    return head + "".join(
        f"{page:<32}" + "".join(f"|{figure:>8}" for figure in (*cost, *kept.released.get(page, "---"))) + "\n"
        for page, cost in sorted(kept.now.items())
    )


def rises(before: Mapping[str, Cost], now: Mapping[str, Cost], percent: int) -> Iterator[Rise]:
    """Figures that are more than ``percent`` over what they were, and pages that are gone."""
    for page, was in before.items():
        if page not in now:
            yield Rise(page, "calls", was.calls, 0)
            continue
        for what, old, new in zip(Cost._fields, was, now[page], strict=True):
            if new * 100 > old * (100 + percent):
                yield Rise(page, what, old, new)


def unexplained(found: Iterator[Rise], messages: str) -> list[Rise]:
    """Those that no message names: one that is named may go up to the figure beside it."""
    named: dict[tuple[str, str], int] = {}
    for reason in REASON.finditer(messages):
        key = (reason["page"], reason["what"])
        named[key] = max(named.get(key, 0), int(reason["number"]))
    return [rise for rise in found if rise.now > named.get((rise.page, rise.what), -1)]


def git(*words: str, root: Path = ROOT) -> str | None:
    """What git answers; None if it refuses."""
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def main_before(root: Path = ROOT) -> str | None:
    """The commit whose figures were those on main before; None if there is none."""
    head = git("rev-parse", "HEAD", root=root)
    left = git("merge-base", "HEAD", "origin/main", root=root)
    if left and left != head:
        return left
    if git("diff", "--quiet", "HEAD", "--", FILE, root=root) is None:
        return head
    last = git("log", "-1", "--first-parent", "--format=%H", "--", FILE, root=root)
    return git("rev-parse", "--verify", "--quiet", f"{last}^", root=root) if last else None


def released_in(version: str, root: Path = ROOT) -> str:
    """Messages of the commits since the figures of that version were written, its own among them."""
    since = (git("log", "--format=%H", f"-Sversion {version}\n", "--", FILE, root=root) or "").split()
    if not since:
        return ""
    own = git("log", "-1", "--format=%B", since[-1], root=root)
    return f"{own}\n{git('log', '--format=%B', f'{since[-1]}..HEAD', root=root)}"


def complaints(root: Path = ROOT) -> list[str]:
    """A line for each figure that rose without a reason, with what a commit would have to say."""
    kept = read((root / FILE).read_text(encoding="utf-8"))
    over = [("the last release", unexplained(rises(kept.released, kept.now, OVER_RELEASE), released_in(kept.version, root)))]
    before = main_before(root)
    text = git("show", f"{before}:{FILE}", root=root) if before else None
    if text is not None:
        messages = git("log", "--format=%B", f"{before}..HEAD", root=root) or ""
        over.append(("main before", unexplained(rises(read(text).now, kept.now, OVER_MAIN), messages)))
    return [
        f"{rise.page}: {rise.before} -> {rise.now} {rise.what}, compared with {whom}; if it is meant, a commit says:\n"
        f"    Costs: {rise.page}, {rise.what} {rise.now}: REASON"
        for whom, found in over
        for rise in found
    ]


def release(version: str, root: Path = ROOT) -> None:
    """Keep the figures of now as those of the released version."""
    file = root / FILE
    kept = read(file.read_text(encoding="utf-8"))
    file.write_text(written(Kept(kept.python, version, kept.now, kept.now)), encoding="utf-8")


def main() -> int:
    """Exit code 1 if a figure rose without a reason."""
    found = complaints()
    print("\n".join(found) if found else f"{FILE}: nothing rose without a reason")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
