"""Input widgets of a cell and display text of a value, by kind of rule.

Also here: Base quantities (基础数据) of a table for its page: values, clauses that use them, clauses that differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import RowData, bases_for
from greendistrict.core.rounding import half_up
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item

NOTHING_HELD: Mapping[str, str] = MappingProxyType({})


class WidgetOption(NamedTuple):
    """An option of a widget."""

    value: str
    label: str
    chosen: bool


NAMED, SHORT = "\u3000", 4  # between unit and name; names up to so many signs stand beside the unit


@dataclass(frozen=True)
class Widget:
    """One input: ``kind`` is number, base, seg, choice or checks; ``had`` tells an answered checklist from an untouched one."""

    kind: str
    name: str
    label: str
    value: str = ""
    unit: str = ""
    options: tuple[WidgetOption, ...] = ()
    had: bool = False
    summary: str = ""

    @property
    def sign(self) -> str:
        """The unit alone, shown behind the number."""
        return self.unit.partition(NAMED)[0]

    @property
    def said(self) -> str:
        """Name of the quantity if a clause has several inputs."""
        return self.unit.partition(NAMED)[2]

    @property
    def wide(self) -> bool:
        """Whether the name is too long to be shown behind the unit."""
        return len(self.said) > SHORT

    @property
    def percent(self) -> bool:
        """Whether the number is typed in per cent, so that no unit is shown behind it."""
        return self.unit.startswith("%")


def key_of(item_id: str) -> str:
    """HTML id of a row."""
    return item_id.replace(".", "_")


def widgets_of(item: Item, value: Any, held: Mapping[str, str] = NOTHING_HELD) -> tuple[Widget, ...]:
    """Inputs of a clause filled with ``value``, which may be typed text that was refused.

    ``held``: inputs that the table holds as base quantities; they are shown but not typed here.
    """
    name, label = f"{item.id}-value", f"{item.id}{item.title}"
    if item.ratio:
        given = value if isinstance(value, Mapping) else {}
        return tuple(
            Widget(
                "base" if one["key"] in held else "number",
                f"{name}-{one['key']}",
                f"{item.id}{one['label']}",
                held.get(one["key"]) or _text(given.get(one["key"])),
                f"{one['unit']}{NAMED}{one['label']}",
            )
            for one in item.data["inputs"]
        )
    if item.rule["kind"] == "all_of":
        given = value if isinstance(value, Mapping) else {}
        return tuple(
            _widget(
                one["rule"],
                f"{name}-{one['value']['key']}",
                one["value"]["label"],
                one["value"],
                given.get(one["value"]["key"]),
                named=True,
            )
            for one in item.rule["rules"]
        )
    return (_widget(item.rule, name, label, item.value, value),)


def _widget(rule: Mapping[str, Any], name: str, label: str, value: Mapping[str, Any] | None, raw: Any, *, named: bool = False) -> Widget:
    kind = rule["kind"]
    if kind == "pass" and "op" not in rule:
        options = (
            WidgetOption("true", "满足", raw is True or raw == "true"),
            WidgetOption("false", "不满足", raw is False or raw == "false"),
        )
        return Widget("seg", name, label, options=options)
    if kind == "choice":
        chosen = tuple(WidgetOption(one["key"], f"{one['text']}（{one['points']}分）", one["key"] == raw) for one in rule["options"])
        return Widget("choice", name, label, options=chosen)
    if kind == "checklist":
        return _checks(rule, name, label, raw)
    unit = {"count": "项", "claimed": "分"}.get(kind) or (str(value["unit"]) if value else "")
    return Widget("number", name, label, _text(raw), f"{unit}{NAMED}{label}" if named else unit)


def _checks(rule: Mapping[str, Any], name: str, label: str, raw: Any) -> Widget:
    ticked = set(raw) if isinstance(raw, list | tuple) else set()
    parts = tuple(WidgetOption(one["key"], f"{one['text']}（{one['points']}分）", one["key"] in ticked) for one in rule["parts"])
    had = isinstance(raw, list | tuple)
    none = WidgetOption("-", "以上均无", had and not ticked)
    summary = f"已选{len(ticked)} / {len(parts)}项" if ticked else "以上均无" if had else f"选择（共{len(parts)}项）"
    return Widget("checks", name, label, options=(*parts, none), had=had, summary=summary)


def _text(raw: Any) -> str:
    return "" if raw is None else str(raw)


def shown(item: Item, value: Any) -> str:
    """A stored value in a few characters, for 上年 and 年度目标; a dash for none."""
    if value is None:
        return "—"
    if item.ratio:
        return percent(value) or "—"
    if item.rule["kind"] == "all_of":
        return " / ".join(_text(value.get(one["value"]["key"])) or "—" for one in item.rule["rules"])
    return _shown(item.rule, value)


def _shown(rule: Mapping[str, Any], value: Any) -> str:
    kind = rule["kind"]
    if isinstance(value, bool):
        return "满足" if value else "不满足"
    if kind == "checklist":
        return f"{len(value)} / {len(rule['parts'])}项"
    if kind == "choice":
        return next((f"{one['points']}分档" for one in rule["options"] if one["key"] == value), str(value))
    return f"{value}{ {'count': '项', 'claimed': '分'}.get(kind, '') }"


def percent(value: Any) -> str:
    """Ratio a / b as a percentage with one decimal; empty while one of them is missing."""
    if not isinstance(value, Mapping) or value.get("a") is None or value.get("b") is None or not Decimal(str(value["b"])):
        return ""
    share = Decimal(str(value["a"])) * 100 / Decimal(str(value["b"]))
    return f"{plain(half_up(share, 1))}%"


def exact_words(item: Item, value: Any) -> str:
    """A stored value in full words, for histories and conflicts."""
    if value is None or value == "":
        return "未填"
    if item.ratio and isinstance(value, Mapping):
        return "，".join(
            f"{one['label']}{value[one['key']]}{one['unit']}" for one in item.data["inputs"] if value.get(one["key"]) is not None
        )
    if item.rule["kind"] == "all_of" and isinstance(value, Mapping):
        return "，".join(
            f"{one['value']['label']}{value[one['value']['key']]}"
            for one in item.rule["rules"]
            if value.get(one["value"]["key"]) is not None
        )
    if item.rule["kind"] == "checklist" and isinstance(value, list | tuple):
        return "；".join(one["text"] for one in item.rule["parts"] if one["key"] in value) or "以上均无"
    if item.rule["kind"] == "choice":
        return next((str(one["text"]) for one in item.rule["options"] if one["key"] == value), str(value))
    unit = item.value["unit"] if item.value else ""
    return f"{_shown(item.rule, value)}{unit if not isinstance(value, bool) else ''}"


class BaseLine(NamedTuple):
    """A base quantity. ``differing``: (clause, amount) if the clauses disagree and nothing is decided."""

    key: str
    name: str
    dom: str
    title: str
    unit: str
    value: str
    version: int
    by: str
    items: tuple[str, ...]
    differing: tuple[tuple[str, str], ...]


def base_lines(table: ScoreTable, rows: Mapping[str, RowData]) -> list[BaseLine]:
    """Base quantities in the order of the edition; needs no query."""
    lines = []
    for base in bases_for(table).by_key.values():
        held = table.bases.get(base.key, {})
        said = [(item, str(rows[item].value[part])) for item, part in base.places if item in rows and _names(rows[item].value, part)]
        differ = tuple(said) if not held.get("value") and len({amount for _, amount in said}) > 1 else ()
        name = f"base-{base.key}"
        shown, version = str(held.get("value") or ""), int(held.get("version", 0))
        lines.append(
            BaseLine(base.key, name, key_of(name), base.title, base.unit, shown, version, str(held.get("by", "")), base.items, differ)
        )
    return lines


def _names(value: object, part: str) -> bool:
    return isinstance(value, Mapping) and value.get(part) is not None
