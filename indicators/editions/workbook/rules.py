"""Rows of the rule sheet → one rule (pure functions)."""

from dataclasses import dataclass
from typing import Any

from indicators.catalogue.problems import Path
from indicators.editions.workbook.decode import Decoding, Row
from indicators.editions.workbook.encode import SPAN


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
    _head_keys(rule, head, decoding, path)
    _line_keys(rule, lines, path)
    return rule


def _head_keys(rule: dict[str, Any], head: Row, decoding: Decoding, path: Path) -> None:
    kind = rule["kind"]
    if kind == "pass":
        wanted = [name for name in ("op", "at", "exclusive") if head.raw(name) is not None or (name == "at" and head.raw("op") is not None)]
    elif kind == "checklist":
        wanted = ["cap"] if head.raw("cap") is not None else []
    else:
        wanted = {"steps": ["better"], "count": ["each", "cap"]}.get(str(kind), [])
    for name in wanted:
        rule[name] = decoding.take(head, name, (*path, name))


def _line_keys(rule: dict[str, Any], lines: Lines, path: Path) -> None:
    kind = rule["kind"]
    if kind == "steps":
        rule["steps"] = [_step(row, lines.decoding, (*path, "steps", at)) for at, row in enumerate(lines.of("step"))]
    elif kind == "linear":
        for name in ("from", "to"):
            for row in lines.of(name)[:1]:
                rule[name] = _cells(row, lines.decoding, (*path, name), ("at", "points"))
    elif kind in {"checklist", "choice"}:
        name = "parts" if kind == "checklist" else "options"
        rows = enumerate(lines.of("part"))
        rule[name] = [_cells(row, lines.decoding, (*path, name, at), ("key", "text", "points")) for at, row in rows]


def _step(row: Row, decoding: Decoding, path: Path) -> dict[str, Any]:
    names = ("at", "points", "exclusive") if row.raw("exclusive") is not None else ("at", "points")
    return _cells(row, decoding, path, names)


def _cells(row: Row, decoding: Decoding, path: Path, names: tuple[str, ...]) -> dict[str, Any]:
    decoding.place(path, row.at())
    return {name: decoding.take(row, name, (*path, name)) for name in names}
