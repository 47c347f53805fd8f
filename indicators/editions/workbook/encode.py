"""An edition's document → rows of its sheets (pure functions)."""

from collections.abc import Iterable, Mapping
from typing import Any

from greendistrict.documents.workbooks.columns import CHOICE, YES_NO, Column
from indicators.editions.workbook.layout import (
    BASIS,
    CHAPTERS,
    EDITION,
    EMPTY_TEXT,
    ITEMS,
    KEYS,
    LINE_EACH,
    METHODS,
    NO_TYPE,
    NOT_ENTERED,
    RULES,
    Cell,
    Grid,
    columns_of,
)

Entry = dict[str, Any]
HEAD = ("code", "title", "official", "based_on", "in_force", "replaces")
PLAIN_ITEM = ("id", "kind", "group", "title", "requirement", "points", "may_exclude", "exclude_when", "when_absent", "shared_with", "auto")
ITEM_TEXT = ("evidence", "source_department", "method", "beauty")
SPAN = ("unit", "min", "max", "decimals")


def tables_of(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """All combinations of type and stage of a document."""
    return [(kind["key"], stage["key"]) for kind in document["types"] for stage in document["stages"]]


def grids_of(document: Mapping[str, Any]) -> dict[str, Grid]:
    """Rows by sheet, without heads and hints."""
    tables, chapters = tables_of(document), document["chapters"]
    pairs = [(chapter, item) for chapter in chapters for item in chapter["items"]]
    entries: dict[str, Iterable[Entry]] = {
        EDITION: _edition(document),
        CHAPTERS: [_chapter(chapter, tables) for chapter in chapters],
        ITEMS: [_item(chapter, item) for chapter, item in pairs],
        RULES: [row for _, item in pairs for row in _rule(item["id"], None, item["rule"])],
        BASIS: [{"id": item["id"], **entry} for _, item in pairs for entry in item["basis"]],
    }
    return {
        sheet: [[_cell(column, row.get(column.field)) for column in columns_of(sheet, tables)] for row in rows]
        for sheet, rows in entries.items()
    }


def _cell(column: Column, value: Any) -> Cell:
    if value is None or value == []:
        return None
    if value == "":
        return EMPTY_TEXT
    if isinstance(value, bool):
        return YES_NO[not value]
    if column.kind in {KEYS, LINE_EACH}:
        return ("," if column.kind == KEYS else "\n").join(value)
    if column.kind == CHOICE:
        return str(column.choices.get(value, value))
    found: Cell = value
    return found


def _edition(document: Mapping[str, Any]) -> list[Entry]:
    head, total = document["edition"], document["total"]
    rows: list[Entry] = [{"part": key, "text": head[key]} for key in HEAD]
    method = METHODS[total["method"]]
    rows += [{"part": "method", "text": method}, {"part": "bonus_cap", "number": total["bonus_cap"]}]
    for part in ("types", "stages"):
        rows += [{"part": part, "key": entry["key"], "text": entry["label"]} for entry in document[part]]
    rows += [{"part": "levels", "key": one["key"], "text": one["label"], "number": one["min"]} for one in document["levels"]]
    return rows + [{"part": "sources", "text": source["cite"], "url": source["url"]} for source in head["sources"]]


def _chapter(chapter: Entry, tables: list[tuple[str, str]]) -> Entry:
    row = {key: chapter[key] for key in ("key", "no", "title", "dimension", "kind", "full", "min")}
    for kind, stage in tables:
        row[f"{kind}/{stage}"] = _weight(chapter["weight"], kind, stage)
    return row


def _weight(weight: Any, kind: str, stage: str) -> Any:
    """Content of a weight cell; empty if no weights are entered at all, placeholders for single missing ones."""
    if weight is None:
        return None
    if weight[kind] is None:
        return NO_TYPE
    share = weight[kind][stage]
    return NOT_ENTERED if share is None else share


def _item(chapter: Entry, item: Entry) -> Entry:
    row = {"chapter": chapter["key"], **{key: item[key] for key in (*PLAIN_ITEM, *ITEM_TEXT)}, **item["applies"]}
    row |= {key: (item["value"] or {}).get(key) for key in SPAN}
    for entry in item["inputs"] or ():
        row |= {f"{entry['key']}_label": entry["label"], f"{entry['key']}_unit": entry["unit"]}
    return row


def _rule(name: str, sub: int | None, rule: Entry | None, value: Entry | None = None) -> list[Entry]:
    if rule is None:
        return []
    base: Entry = {"id": name, "sub": sub}
    head = {**base, "line": "rule", **{key: rule.get(key) for key in ("kind", "better", "op", "at", "exclusive", "each", "cap")}}
    if rule["kind"] == "checklist" and "cap" in rule and rule["cap"] is None:
        head["cap"] = NOT_ENTERED
    if value is not None:
        head |= {"value_key": value["key"], "value_label": value["label"], **{key: value[key] for key in SPAN}}
    lines = [{**base, "line": line, **entry} for line, entry in _lines(rule)]
    inner = [row for at, one in enumerate(rule.get("rules", ()), start=1) for row in _rule(name, at, one["rule"], one["value"])]
    return [head, *lines, *inner]


def _lines(rule: Entry) -> list[tuple[str, Entry]]:
    found = [("step", step) for step in rule.get("steps", ())]
    found += [(end, rule[end]) for end in ("from", "to") if end in rule]
    return found + [("part", entry) for name in ("parts", "options") for entry in rule.get(name, ())]
