"""Base quantities (基础数据) of a table for its page: values, clauses that use them, clauses that differ."""

from collections.abc import Mapping
from typing import NamedTuple

from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import RowData, bases_for
from assessments.tables.selectors.widgets import key_of


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
