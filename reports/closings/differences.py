"""Differences between the frozen figures of two editions (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

NAMES = ("name", "title", "number", "id", "key", "code")  # what tells one entry of a list from another, the first that it has


class NamedFigure(NamedTuple):
    """A frozen figure: its subject (a district, the city), its name, and its displayed value."""

    subject: str
    name: str
    value: str


class FigureChange(NamedTuple):
    """A figure that differs between two editions; an empty value means that one of them lacks the figure."""

    subject: str
    name: str
    before: str
    after: str


def differences(before: Iterable[NamedFigure], after: Iterable[NamedFigure]) -> list[FigureChange]:
    """Figures that differ, in the order of the later edition; removed ones come last."""
    old, new = ({(one.subject, one.name): one.value for one in figures} for figures in (before, after))
    order = [*new, *(key for key in old if key not in new)]
    return [FigureChange(*key, old.get(key, ""), new.get(key, "")) for key in order if old.get(key, "") != new.get(key, "")]


def figures_in(data: Any, subject: str, labels: Mapping[str, str]) -> Iterator[NamedFigure]:
    """Leaves of plain data as figures of ``subject``, named by their path.

    A field appears under its label and is left out without one; a key that is no field, such as a district's name, appears as it is.
    """
    for way, value in _leaves(data, labels):
        yield NamedFigure(subject, "·".join(way), shown(value))


def _leaves(data: Any, labels: Mapping[str, str], way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(data, Mapping):
        pairs: Iterable[tuple[str, Any]] = ((labels.get(name, "" if _is_field(name) else name), value) for name, value in data.items())
    elif isinstance(data, list):
        pairs = _named(data)
    else:
        yield way, data
        return
    for name, value in pairs:
        if name:
            yield from _leaves(value, labels, (*way, name))


def _is_field(name: str) -> bool:
    return name.isascii() and name.isidentifier()


def _named(entries: list[Any]) -> Iterator[tuple[str, Any]]:
    """Entries of a list by their identifying value, or by position if there is none or it is repeated."""
    seen: set[str] = set()
    for place, entry in enumerate(entries, start=1):
        names = (str(entry[key]) for key in NAMES if entry.get(key)) if isinstance(entry, Mapping) else iter(())
        name = next(names, "") or f"第{place}项"
        yield (name if name not in seen else f"{name}（第{place}项）"), entry
        seen.add(name)


def shown(value: Any) -> str:
    """Displayed value of a figure in the list of changes."""
    if value is None:
        return "未查明"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
