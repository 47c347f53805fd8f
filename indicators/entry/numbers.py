"""Numbers of clauses and chapters: their order, and what is missing between them (pure functions)."""

import re
from collections.abc import Iterable

_PLAIN = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})*", re.ASCII)
MOST_GAPS = 20


def in_order(number: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key by which 5.10 stands behind 5.9; numbers before words."""
    parts = re.split(r"[.\-–—]", number)
    return tuple((0, int(part), "") if re.fullmatch("[0-9]{1,9}", part) else (1, 0, part) for part in parts)


def number_after(numbers: Iterable[str]) -> str:
    """The number after the last one: 5.2.10 after 5.2.9; empty without a plain one."""
    plain = [number for number in numbers if _PLAIN.fullmatch(number)]
    if not plain:
        return ""
    *above, last = max(plain, key=in_order).split(".")
    return ".".join([*above, str(int(last) + 1)])


def gaps_in(numbers: Iterable[str]) -> list[str]:
    """Numbers that are missing between those that are there: 5.1.2 between 5.1.1 and 5.1.3, 5.1.1 before 5.1.2, a whole 5.2."""
    whole = [tuple(map(int, number.split("."))) for number in numbers if _PLAIN.fullmatch(number)]
    groups: dict[tuple[int, ...], set[int]] = {}
    for parts in whole:
        groups.setdefault(parts[:-1], set()).add(parts[-1])
    found = [(*group, at) for group, last in groups.items() if group for at in range(1, min(max(last), MOST_GAPS * 50)) if at not in last]
    sections: dict[tuple[int, ...], set[int]] = {}
    for group in groups:
        if len(group) > 1:
            sections.setdefault(group[:-1], set()).add(group[-1])
    for above, last in sections.items():
        found += [(*above, at) for at in range(min(last), min(max(last), MOST_GAPS * 50)) if at not in last]
    return [".".join(map(str, parts)) for parts in sorted(found)[:MOST_GAPS]]


def strays_in(numbers: Iterable[str], chapter: str) -> list[str]:
    """Numbers that begin with that of another chapter."""
    if not re.fullmatch("[0-9]{1,6}", chapter):
        return []
    return [number for number in numbers if _PLAIN.fullmatch(number) and "." in number and number.split(".")[0] != chapter]
