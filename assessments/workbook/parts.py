"""Split the value of a clause into single cells (one number, one choice, one tick each), and join them again.

A cell holds a number as text (``"70.5"``), yes/no and ticks as boolean, a choice as its key, and None if empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from greendistrict.documents.workbooks.columns import FLAG, VALUE, YES_NO, Column
from greendistrict.documents.workbooks.sealed import Atom
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item

NUMBER, YES, CHOICE, TICK = "number", "yes", "choice", "tick"
COUNTED = ("项", "分")
MOST_COUNTED = 1_000_000


@dataclass(frozen=True)
class Part:
    """A cell of a value. ``path`` leads to it: ``()`` the value itself, ``("a",)`` an input, ``("name", "tick")`` a tick of a list."""

    path: tuple[str, ...]
    kind: str
    label: str
    unit: str = ""
    options: tuple[tuple[str, str], ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    decimals: int | None = None

    @property
    def key(self) -> str:
        """The path as a single string."""
        return "/".join(self.path)

    @property
    def how(self) -> str:
        """Unit of a number, else instructions for filling in the cell."""
        if self.kind == NUMBER:
            return self.unit or "数"
        return {YES: "满足 / 不满足", TICK: "是 / 否"}.get(self.kind, "从下拉列表选")


@lru_cache(maxsize=2048)
def column_of(part: Part) -> Column:
    """Column definition for a part: allowed content and how it is parsed."""
    label, options = part.label or "取值", dict(part.options)
    if part.kind in {YES, TICK}:
        return Column("value", label, FLAG, flags=("满足", "不满足") if part.kind == YES else YES_NO)
    if part.kind == CHOICE:
        return Column(
            "value", label, VALUE, choices=options, parse=partial(_chosen, part), show=lambda key: options.get(key, key), empty=None
        )
    return Column(
        "value",
        label,
        VALUE,
        unit=part.unit,
        numeric=True,
        measured=part.unit not in COUNTED,
        low=part.low,
        high=part.high,
        whole=part.decimals == 0,
        parse=partial(_within, part),
        empty=None,
    )


def _chosen(part: Part, text: str) -> str:
    for key, words in part.options:
        if text in {key, words.strip()}:
            return key
    msg = "请从下拉列表选取所列情形之一"
    raise ValueError(msg)


def _within(part: Part, text: str) -> str:
    """Error text if a measured number is out of range; counted numbers are checked by the rule."""
    if text in YES_NO:
        msg = "这一格要填数字，不是“是”或“否”"
        raise ValueError(msg)
    if part.unit not in COUNTED and part.low is not None and part.high is not None and not part.low <= Decimal(text) <= part.high:
        msg = f"应在{plain(part.low)}至{plain(part.high)}{part.unit}之间"
        raise ValueError(msg)
    return text


@lru_cache(maxsize=2048)
def parts_of(item: Item) -> tuple[Part, ...]:
    """Cells of a clause, in the order of its rule."""
    if item.ratio:
        return tuple(Part((one["key"],), NUMBER, str(one["label"]), str(one["unit"]), low=Decimal(0)) for one in item.data["inputs"])
    if item.rule["kind"] == "all_of":
        named = ((one["rule"], one["value"]) for one in item.rule["rules"])
        return tuple(part for rule, value in named for part in _parts(rule, value, (value["key"],), value["label"], item.points))
    return _parts(item.rule, item.value, (), "", item.points)


def _parts(
    rule: Mapping[str, Any], value: Mapping[str, Any] | None, path: tuple[str, ...], label: str, points: Decimal
) -> tuple[Part, ...]:
    kind = rule["kind"]
    if kind == "checklist":
        return tuple(Part((*path, one["key"]), TICK, f"{label}　{one['text']}".strip()) for one in rule["parts"])
    if kind == "choice":
        return (Part(path, CHOICE, label, options=tuple((one["key"], str(one["text"])) for one in rule["options"])),)
    if kind == "pass" and "op" not in rule:
        return (Part(path, YES, label),)
    if kind in {"count", "claimed"}:
        most = MOST_COUNTED if kind == "count" else points
        return (Part(path, NUMBER, label, COUNTED[kind == "claimed"], low=Decimal(0), high=Decimal(most), decimals=0),)
    given = value or {}
    low, high = Decimal(str(given["min"])), Decimal(str(given["max"]))
    return (Part(path, NUMBER, label, str(given["unit"]), low=low, high=high, decimals=given["decimals"]),)


def split(parts: tuple[Part, ...], stored: Any) -> dict[str, Atom]:
    """Split a stored value into its cells."""
    return {part.key: _atom(part, stored) for part in parts}


def _atom(part: Part, stored: Any) -> Atom:
    path = part.path[:-1] if part.kind == TICK else part.path
    for name in path:
        stored = stored.get(name) if isinstance(stored, Mapping) else None
    if part.kind == TICK:
        return part.path[-1] in stored if isinstance(stored, list | tuple) else None
    return stored if stored is None or isinstance(stored, bool) else _text(part, stored)


def _text(part: Part, stored: Any) -> str:
    return plain(Decimal(str(stored))) if part.kind == NUMBER else str(stored)


def join(parts: tuple[Part, ...], atoms: Mapping[str, Atom]) -> Any:
    """Join cells into one value in the form that ``check_value`` takes; None if all are empty."""
    found: dict[tuple[str, ...], Any] = {}
    for part in parts:
        atom = atoms.get(part.key)
        if atom is None:
            continue
        if part.kind == TICK:
            ticked = found.setdefault(part.path[:-1], [])
            ticked += [part.path[-1]] if atom else []
        else:
            found[part.path] = atom
    if () in found:
        return found[()]
    return {path[0]: value for path, value in found.items()} or None
