"""Compiles an edition for scoring: rules compiled once, items by type and stage. Immutable; cached by digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from types import MappingProxyType
from typing import Any

from indicators.scoring.raters import Rater, Test, control, exact, rater
from indicators.scoring.refusals import EditionIncomplete, ScoringRefused


@dataclass(frozen=True, eq=False)
class Item:
    """One clause. ``data`` is its entry in the document; ``points`` is 0 for a control."""

    id: str
    kind: str
    title: str
    chapter: str
    points: Decimal
    may_exclude: bool
    when_absent: str | None
    auto: str | None
    ratio: bool
    rule: Mapping[str, Any]
    value: Mapping[str, Any] | None
    data: Mapping[str, Any]
    rate: Rater | None
    test: Test | None

    @property
    def is_control(self) -> bool:
        """Whether it is a control, which must be met and earns no points."""
        return self.test is not None

    @property
    def can_leave(self) -> bool:
        """Whether the item may be excluded from the table: declared 不参评, absent, or determined by the portal."""
        return self.may_exclude or self.auto is not None


@dataclass(frozen=True, eq=False)
class ChapterRules:
    """One chapter in one table: applicable items, weight, minimum percentage; ``whole`` is ``possible`` as an exact fraction."""

    key: str
    number: str
    title: str
    dimension: str | None
    bonus: bool
    minimum: Decimal | None
    weight: Fraction
    controls: tuple[Item, ...]
    scored: tuple[Item, ...]
    possible: Decimal
    whole: Fraction
    items: tuple[Item, ...]


@dataclass(frozen=True)
class StarLine:
    """A level and the total it needs."""

    key: str
    label: str
    least: Decimal


@dataclass(frozen=True, eq=False)
class Table:
    """Chapters and items scored for one type and stage."""

    chapters: tuple[ChapterRules, ...]
    items: Mapping[str, Item]


@dataclass(frozen=True, eq=False)
class EditionRules:
    """An edition ready to score."""

    code: str
    title: str
    official: bool
    types: Mapping[str, str]
    stages: Mapping[str, str]
    levels: tuple[StarLine, ...]
    weighted: bool
    bonus_cap: Decimal
    items: Mapping[str, Item]
    tables: Mapping[tuple[str, str], Table]

    def table(self, kind: str, stage: str) -> Table:
        """Return the table of a district type and stage. Raises ``ScoringRefused`` if the edition does not have it."""
        table = self.tables.get((kind, stage))
        if table is None:
            msg = f"{self.code} 没有{self.types.get(kind, kind)}、{self.stages.get(stage, stage)}的评分表"
            raise ScoringRefused(msg)
        return table


def prepare(document: Mapping[str, Any]) -> EditionRules:
    """Compile a normalised edition document. Raises ``EditionIncomplete`` with the first missing entry."""
    _refuse_gaps(document)
    items = {entry["id"]: _item(entry, chapter) for chapter in document["chapters"] for entry in chapter["items"]}
    types = {entry["key"]: entry["label"] for entry in document["types"]}
    stages = {entry["key"]: entry["label"] for entry in document["stages"]}
    tables = {}
    for kind, stage in product(types, stages):
        chapters = tuple(_chapter(chapter, items, kind, stage) for chapter in document["chapters"])
        tables[kind, stage] = Table(chapters, MappingProxyType({item.id: item for chapter in chapters for item in chapter.items}))
    return EditionRules(
        code=document["edition"]["code"],
        title=document["edition"]["title"],
        official=document["edition"]["official"],
        types=MappingProxyType(types),
        stages=MappingProxyType(stages),
        levels=tuple(StarLine(level["key"], level["label"], exact(level["min"])) for level in document["levels"]),
        weighted=document["total"]["method"] == "weighted",
        bonus_cap=exact(document["total"]["bonus_cap"]),
        items=MappingProxyType(items),
        tables=MappingProxyType(tables),
    )


def _item(entry: Mapping[str, Any], chapter: Mapping[str, Any]) -> Item:
    rule, value, ratio = entry["rule"], entry["value"], entry["inputs"] is not None
    is_control = entry["kind"] == "control"
    points = Decimal(0) if is_control else exact(entry["points"])
    return Item(
        id=entry["id"],
        kind=entry["kind"],
        title=entry["title"],
        chapter=chapter["key"],
        points=points,
        may_exclude=entry["may_exclude"],
        when_absent=entry["when_absent"],
        auto=entry["auto"],
        ratio=ratio,
        rule=rule,
        value=value,
        data=entry,
        rate=None if is_control else rater(rule, value, ratio=ratio, points=points),
        test=control(rule, value, ratio=ratio) if is_control else None,
    )


def _chapter(chapter: Mapping[str, Any], items: Mapping[str, Item], kind: str, stage: str) -> ChapterRules:
    taking_part = tuple(
        items[entry["id"]] for entry in chapter["items"] if kind in entry["applies"]["types"] and stage in entry["applies"]["stages"]
    )
    scored = tuple(item for item in taking_part if not item.is_control)
    possible = sum((item.points for item in scored), Decimal(0))
    return ChapterRules(
        key=chapter["key"],
        number=chapter["no"],
        title=chapter["title"],
        dimension=chapter["dimension"],
        bonus=chapter["kind"] == "bonus",
        minimum=None if chapter["min"] is None else exact(chapter["min"]),
        weight=Fraction(str(chapter["weight"][kind][stage])),
        controls=tuple(item for item in taking_part if item.is_control),
        scored=scored,
        possible=possible,
        whole=Fraction(possible),
        items=taking_part,
    )


def _refuse_gaps(document: Mapping[str, Any]) -> None:
    code = document["edition"]["code"]
    if not document["chapters"]:
        msg = f"{code} 没有录入章，不能评分"
        raise EditionIncomplete(msg)
    for chapter in document["chapters"]:
        if not chapter["items"] or chapter["full"] is None or _has_null(chapter["weight"]):
            msg = f"{code} 第{chapter['no']}章{chapter['title']}没有录入条文、满分或权重，不能评分"
            raise EditionIncomplete(msg, chapter=chapter["key"])
        for item in chapter["items"]:
            if _has_null(item["rule"]) or (item["kind"] != "control" and item["points"] is None) or _is_empty(item["rule"]):
                msg = f"{code} 条文 {item['id']} {item['title']}没有录入分值或规则，不能评分"
                raise EditionIncomplete(msg, chapter=chapter["key"], item=item["id"])
    if not document["levels"] or any(level["min"] is None for level in document["levels"]):
        msg = f"{code} 没有录入星级门槛，不能评分"
        raise EditionIncomplete(msg)
    if document["total"]["bonus_cap"] is None or document["edition"]["in_force"] is None:
        msg = f"{code} 没有录入加分上限或施行日期，不能评分"
        raise EditionIncomplete(msg)


def _has_null(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has_null(child) for child in value.values())
    return any(_has_null(child) for child in value) if isinstance(value, list) else value is None


def _is_empty(rule: Mapping[str, Any]) -> bool:
    if rule["kind"] == "all_of":
        return any(_is_empty(entry["rule"]) for entry in rule["rules"])
    return any(rule.get(name) == [] for name in ("steps", "parts", "options"))
