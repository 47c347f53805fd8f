"""Assembles the five sheets into one edition (pure functions).

Also here: Rows of the rule sheet → one rule (pure functions).
"""

from dataclasses import dataclass
from itertools import chain, product
from typing import Any

from greendistrict.documents.workbooks.columns import YES_NO
from indicators.catalogue.problems import Path
from indicators.editions.workbook.decode import UNREADABLE, Decoding, Row, day, place_of, rows_of
from indicators.editions.workbook.encode import (
    BASIS,
    CHAPTERS,
    EDITION,
    ITEM_TEXT,
    ITEMS,
    METHODS,
    NO_TYPE,
    PARTS,
    PLAIN_ITEM,
    RULES,
    SPAN,
    Grid,
)


@dataclass
class Lines:
    """Rows of one clause, or of one part of an ``all_of``."""

    rows: list[Row]
    decoding: Decoding

    def of(self, line: str) -> list[Row]:
        """Rows of one kind, in the order of the sheet."""
        return [row for row in self.rows if self.decoding.take(row, "line", ()) == line]

    def split(self) -> tuple["Lines", dict[Any, "Lines"]]:
        """Rows of the rule itself, and rows of each numbered part."""
        own, parts = [row for row in self.rows if row.raw("sub") is None], dict[Any, Lines]()
        for row in self.rows:
            if row.raw("sub") is not None:
                parts.setdefault(self.decoding.take(row, "sub", ()), Lines([], self.decoding)).rows.append(row)
        return Lines(own, self.decoding), parts


def rule_of(lines: Lines, path: Path) -> dict[str, Any] | None:
    """Return the rule of a clause; None if the sheet has no row for it."""
    own, parts = lines.split()
    for row in lines.rows:
        row.used.add("id")
    if not lines.rows:
        return None
    rule = _single(own, path, lines.rows[0])
    if rule["kind"] == "all_of":
        rule["rules"] = [_part(part, (*path, "rules", at)) for at, part in enumerate(parts.values())]
    elif parts:
        first = next(iter(parts.values())).rows[0]
        lines.decoding.bad(first.at("sub"), "分项只用于多项相加", path)
    return rule


def _part(part: Lines, path: Path) -> dict[str, Any]:
    head = next(iter(part.of("rule")), part.rows[0])
    place: Path = (*path, "value")
    part.decoding.place(place, head.at("value_key"))
    names = {"key": "value_key", "label": "value_label", **{name: name for name in SPAN}}
    value = {name: part.decoding.take(head, column, (*place, name)) for name, column in names.items()}
    return {"value": value, "rule": _single(part, (*path, "rule"), part.rows[0])}


def _single(lines: Lines, path: Path, first: Row) -> dict[str, Any]:
    """One rule without the parts of ``all_of``; missing entries are reported later by the checks."""
    decoding, heads = lines.decoding, lines.of("rule")
    for row in lines.rows:
        if row.raw("line") is None:
            decoding.bad(row.at("line"), "缺少“行”一格", path)
    if len(heads) != 1:
        decoding.bad((heads[1] if heads else first).at("line"), "每条规则应有且只有一行“规则”", path)
    if not heads:
        return {"kind": None}
    head = heads[0]
    decoding.place(path, head.at())
    rule: dict[str, Any] = {"kind": decoding.take(head, "kind", (*path, "kind"))}
    if not isinstance(rule["kind"], str):
        for row in lines.rows:
            row.used.update(row.columns)
        return rule
    kind = rule["kind"]
    if kind == "pass":
        wanted = [name for name in ("op", "at", "exclusive") if head.raw(name) is not None or (name == "at" and head.raw("op") is not None)]
    elif kind == "checklist":
        wanted = ["cap"] if head.raw("cap") is not None else []
    else:
        wanted = {"steps": ["better"], "count": ["each", "cap"]}.get(str(kind), [])
    for name in wanted:
        rule[name] = decoding.take(head, name, (*path, name))
    _line_keys(rule, lines, path)
    return rule


def _line_keys(rule: dict[str, Any], lines: Lines, path: Path) -> None:
    kind = rule["kind"]
    if kind == "steps":
        rule["steps"] = []
        for at, row in enumerate(lines.of("step")):
            names = ("at", "points", "exclusive") if row.raw("exclusive") is not None else ("at", "points")
            rule["steps"].append(_cells(row, lines.decoding, (*path, "steps", at), names))
    elif kind == "linear":
        for name in ("from", "to"):
            for row in lines.of(name)[:1]:
                rule[name] = _cells(row, lines.decoding, (*path, name), ("at", "points"))
    elif kind in {"checklist", "choice"}:
        name = "parts" if kind == "checklist" else "options"
        rows = enumerate(lines.of("part"))
        rule[name] = [_cells(row, lines.decoding, (*path, name, at), ("key", "text", "points")) for at, row in rows]


def _cells(row: Row, decoding: Decoding, path: Path, names: tuple[str, ...]) -> dict[str, Any]:
    decoding.place(path, row.at())
    return {name: decoding.take(row, name, (*path, name)) for name in names}


HEAD = ("code", "title", "based_on", "replaces")
ONCE = (*HEAD, "official", "in_force", "method", "bonus_cap")


def gather(grids: dict[str, Grid], decoding: Decoding) -> dict[str, Any]:
    """Return the data of an edition; errors in single cells are collected in ``decoding``."""
    data = _edition(rows_of(EDITION, grids.get(EDITION, []), decoding, []), decoding)
    tables = list(product(data["types"], data["stages"]))
    sheets = {sheet: rows_of(sheet, grids.get(sheet, []), decoding, tables) for sheet in (CHAPTERS, ITEMS, RULES, BASIS)}
    decoding.place((), place_of(EDITION, 1, 0))
    decoding.place(("chapters",), place_of(CHAPTERS, 1, 0))
    data["chapters"] = [_chapter(row, decoding, ("chapters", at), tables) for at, row in enumerate(sheets[CHAPTERS])]
    _items(data["chapters"], sheets, decoding)
    for rows in sheets.values():
        for row in rows:
            decoding.leftovers(row)
    return data


def _edition(rows: list[Row], decoding: Decoding) -> dict[str, Any]:
    data: dict[str, Any] = {
        "edition": {**dict.fromkeys((*HEAD, "official", "in_force")), "sources": []},
        "types": {},
        "stages": {},
        "levels": [],
        "total": {"method": None, "bonus_cap": None},
        "chapters": [],
    }
    seen: set[str] = set()
    for row in rows:
        part = decoding.take(row, "part", ())
        if part is None:
            decoding.bad(row.at("part"), "缺少项目")
        elif part in ONCE and part in seen:
            decoding.bad(row.at("part"), f"“{PARTS[part]}”写了两次")
        elif part is not UNREADABLE:
            seen.add(part)
            _part_of_gather(data, row, part, decoding)
        decoding.leftovers(row)
    return data


def _part_of_gather(data: dict[str, Any], row: Row, part: str, decoding: Decoding) -> None:
    head = data["edition"]
    if part in HEAD:
        head[part] = decoding.take(row, "text", ("edition", part))
    elif part in {"official", "in_force", "method"}:
        _closed(data, row, part, decoding)
    elif part == "bonus_cap":
        data["total"]["bonus_cap"] = decoding.take(row, "number", ("total", "bonus_cap"))
    elif part in {"types", "stages"}:
        key = decoding.take(row, "key", (part,))
        if not isinstance(key, str) or key in data[part]:
            decoding.bad(row.at("key"), f"{PARTS[part]}应有不重复的键", (part,))
        else:
            data[part][key] = decoding.take(row, "text", (part, key))
    else:
        _listed(data, row, part, decoding)


def _closed(data: dict[str, Any], row: Row, part: str, decoding: Decoding) -> None:
    raw = row.raw("text")
    row.used.add("text")
    if part == "in_force":
        decoding.place(("edition", part), row.at("text"))
        data["edition"][part] = day(raw)
        return
    path: Path = ("total", part) if part == "method" else ("edition", part)
    decoding.place(path, row.at("text"))
    words = {label: key for key, label in METHODS.items()} if part == "method" else dict(zip(YES_NO, (True, False), strict=True))
    target = data["total"] if part == "method" else data["edition"]
    target[part] = words.get(raw.strip(), raw) if isinstance(raw, str) else raw


def _listed(data: dict[str, Any], row: Row, part: str, decoding: Decoding) -> None:
    if part == "levels":
        path: Path = ("levels", len(data["levels"]))
        decoding.place(path, row.at())
        columns = {"key": "key", "label": "text", "min": "number"}
        data["levels"].append({name: decoding.take(row, column, (*path, name)) for name, column in columns.items()})
        return
    path = ("edition", "sources", len(data["edition"]["sources"]))
    decoding.place(path, row.at())
    data["edition"]["sources"].append(
        {"cite": decoding.take(row, "text", (*path, "cite")), "url": decoding.take(row, "url", (*path, "url"))}
    )


def _chapter(row: Row, decoding: Decoding, path: Path, tables: list[tuple[str, str]]) -> dict[str, Any]:
    decoding.place(path, row.at())
    names = ("key", "no", "title", "dimension", "kind", "full", "min")
    chapter = {name: decoding.take(row, name, (*path, name)) for name in names}
    return {**chapter, "weight": _weight(row, decoding, (*path, "weight"), tables), "items": []}


def _weight(row: Row, decoding: Decoding, path: Path, tables: list[tuple[str, str]]) -> Any:
    if all(row.raw(f"{kind}/{stage}") is None for kind, stage in tables):
        decoding.place(path, row.at(f"{tables[0][0]}/{tables[0][1]}" if tables else ""))
        return None
    weight: dict[str, Any] = {}
    for kind in dict.fromkeys(kind for kind, _ in tables):
        stages = [stage for one, stage in tables if one == kind]
        decoding.place((*path, kind), row.at(f"{kind}/{stages[0]}"))
        if all(row.raw(f"{kind}/{stage}") == NO_TYPE for stage in stages):
            row.used.update(f"{kind}/{stage}" for stage in stages)
            weight[kind] = None
        else:
            weight[kind] = {stage: decoding.take(row, f"{kind}/{stage}", (*path, kind, stage)) for stage in stages}
    return weight


def _items(chapters: list[dict[str, Any]], sheets: dict[str, list[Row]], decoding: Decoding) -> None:
    rules, bases = _by_item(sheets[RULES]), _by_item(sheets[BASIS])
    index = {chapter["key"]: at for at, chapter in reversed(list(enumerate(chapters))) if isinstance(chapter["key"], str)}
    known: set[Any] = set()
    for row in sheets[ITEMS]:
        name, at = row.raw("id"), index.get(str(row.raw("chapter")))
        known.add(name)
        if at is None:
            row.used.update(row.columns)
            decoding.bad(row.at("chapter"), f"章表中没有这个键：{row.raw('chapter') or '未填'}")
            continue
        row.used.add("chapter")
        path: Path = ("chapters", at, "items", len(chapters[at]["items"]))
        item = _item(row, decoding, path)
        item["rule"] = rule_of(Lines(rules.pop(name, []), decoding), (*path, "rule"))
        item["basis"] = [_basis(one, decoding, (*path, "basis", number)) for number, one in enumerate(bases.pop(name, []))]
        chapters[at]["items"].append(item)
    # Rules and bases of missing clauses are reported; not those of clauses that only lack a chapter.
    for row in chain.from_iterable((*rules.values(), *bases.values())):
        row.used.update(row.columns)
        if row.raw("id") not in known:
            decoding.bad(row.at("id"), f"条文表中没有这个条文号：{row.raw('id') or '未填'}")


def _by_item(rows: list[Row]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row.raw("id"), []).append(row)
    return found


def _item(row: Row, decoding: Decoding, path: Path) -> dict[str, Any]:
    decoding.place(path, row.at())
    item = {name: decoding.take(row, name, (*path, name)) for name in (*PLAIN_ITEM, *ITEM_TEXT)}
    item["applies"] = {name: decoding.take(row, name, (*path, "applies", name)) for name in ("types", "stages")}
    item["value"] = span_of(row, decoding, (*path, "value"))
    item["inputs"] = None
    if any(row.raw(f"{key}_{name}") is not None for key in "ab" for name in ("label", "unit")):
        item["inputs"] = [
            {"key": key, **{name: decoding.take(row, f"{key}_{name}", (*path, "inputs", at, name)) for name in ("label", "unit")}}
            for at, key in enumerate("ab")
        ]
    return item


def span_of(row: Row, decoding: Decoding, path: Path) -> dict[str, Any] | None:
    """Unit, range and decimals of a value; None if none of them is filled in."""
    decoding.place(path, row.at("unit"))
    if all(row.raw(name) is None for name in SPAN):
        return None
    return {name: decoding.take(row, name, (*path, name)) for name in SPAN}


def _basis(row: Row, decoding: Decoding, path: Path) -> dict[str, Any]:
    decoding.place(path, row.at())
    row.used.add("id")
    basis = {name: decoding.take(row, name, (*path, name)) for name in ("cite", "url", "certainty")}
    if row.raw("level_of_proof") is not None:
        basis["level_of_proof"] = decoding.take(row, "level_of_proof", (*path, "level_of_proof"))
    return basis
