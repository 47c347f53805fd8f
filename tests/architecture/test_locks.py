"""Row locks, as the loaded functions take them: the kept list shows in review which one was added or went.

What a lock prevents happens only when two people act in the same millisecond, so hardly any test of a service notices that one is missing.
``make locks`` writes the list.
"""

import dis
import importlib
from collections import Counter

from scripts.mutant_trials import all_live_functions, codes
from tests.architecture.sources import PACKAGES, ROOT

KEPT = ROOT / "docs" / "locks.txt"
LOCK = "select_for_update"


def document():
    """One sorted line for each function that locks rows: module, function, how many times it does if more than once."""
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if LOCK in path.read_text(encoding="utf-8")]
    paths = [path.relative_to(ROOT).as_posix() for path in modules]
    for path in paths:
        importlib.import_module(path.removesuffix(".py").replace("/", "."))
    live = all_live_functions()
    lines = []
    for path in paths:
        found = {code.co_qualname: taken(code) for many in live[str(ROOT / path)].values() for one in many for code in codes(one.__code__)}
        lines += [f"{path} {name}{f' {count}' if count > 1 else ''}\n" for name, count in found.items() if count]
    return "".join(sorted(lines))


def taken(code):
    """How many times a function asks for a lock, without the functions inside it."""
    return Counter(one.argval for one in dis.get_instructions(code) if one.opname in {"LOAD_ATTR", "LOAD_METHOD"})[LOCK]


def test_locks_are_kept_as_the_code_takes_them():
    """After a change: ``make locks``; whoever takes a lock out says in the commit why two people may act at once."""
    assert document() == KEPT.read_text(encoding="utf-8")
