"""Plausibility rules across rows, the relations between clauses and the base quantities that they share.

Also here: Relations between figures of different clauses, defined in a data file: equal quantities, parts and their
whole. Base quantities of an edition: amounts used by several clauses, such as 建设用地面积 (pure functions). Inputs of ratios
with the same words and unit are one quantity; ``data/relations.yaml`` (kind ``same``) joins those that an edition words
differently. Editions need no extra key for this, so every imported edition has its base quantities.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from assessments.plausibility.row_rules import RowState, TableInput
from districts.plausibility.comparisons import Figure, PlausibilityFinding, PlausibilityLimits, Scale, words
from greendistrict.core.memoisation import Kept
from greendistrict.policy import yaml_file
from indicators.scoring.prepare import Item

FOLDER = Path(__file__).resolve().parents[1] / "data"
SAME, AT_MOST = "same", "at_most"


@dataclass(frozen=True)
class Relation:
    """``same``: all ``parts`` are one quantity; ``at_most`` / ``sum``: the parts together are at most / exactly ``whole``.

    A place is ``<item>.<part>`` (``5.2.3.b``) or ``district.<fact>``; all places of one relation have the same unit.
    """

    kind: str
    title: str
    source: str
    parts: tuple[str, ...]
    whole: str = ""


def place(text: str) -> tuple[str, str]:
    """Item and part of a place."""
    item, _, part = text.rpartition(".")
    return item, part


@cache
def _all() -> Mapping[str, tuple[Relation, ...]]:
    data = yaml_file.read(FOLDER / "relations.yaml")
    return {
        code: tuple(Relation(one["kind"], one["title"], one["source"], tuple(one["parts"]), one.get("whole", "")) for one in listed)
        for code, listed in data["editions"].items()
    }


def relations_for(edition: str) -> tuple[Relation, ...]:
    """Relations of an edition by its code; empty if none are defined."""
    return _all().get(edition, ())


KEPT_LAYOUTS = 64


@dataclass(frozen=True)
class Base:
    """A base quantity: ``key`` is the first of its ``places``, (clause, input) in edition order."""

    key: str
    title: str
    unit: str
    places: tuple[tuple[str, str], ...]

    @property
    def items(self) -> tuple[str, ...]:
        """Clauses that use it."""
        return tuple(dict.fromkeys(item for item, _ in self.places))


class Bases:
    """The base quantities of one layout, by key and by place (clause, input)."""

    def __init__(self, found: Iterable[Base]) -> None:
        self.by_key = {one.key: one for one in found}
        self.by_place = {there: one for one in self.by_key.values() for there in one.places}

    def of(self, item: str) -> dict[str, Base]:
        """Base quantities used by a clause, by its input."""
        return {part: base for (name, part), base in self.by_place.items() if name == item}


_kept: Kept[Bases] = Kept(KEPT_LAYOUTS)


def bases_of(layout: str, edition: str, items: Mapping[str, Item]) -> Bases:
    """Base quantities among the clauses of a layout; ``layout`` is the edition's content, type and stage."""
    return _kept.get(f"{edition}:{layout}", lambda: Bases(grouped(edition, items)))


def grouped(edition: str, items: Mapping[str, Item]) -> list[Base]:
    """Quantities used by at least two of these clauses."""
    # Places that the edition's relations declare equal, with the title of the quantity.
    joined = {there: relation.title for relation in relations_for(edition) if relation.kind == SAME for there in relation.parts}
    found: dict[Any, list[tuple[str, str, Mapping[str, Any]]]] = {}
    for item in items.values():
        for one in item.data["inputs"] or () if item.ratio else ():
            name = (joined.get(f"{item.id}.{one['key']}", one["label"]), one["unit"])
            found.setdefault(name, []).append((item.id, one["key"], one))
    return [_base(places) for places in found.values() if len({item for item, _, _ in places}) > 1]


def _base(places: list[tuple[str, str, Mapping[str, Any]]]) -> Base:
    labels = [one["label"] for _, _, one in places]
    item, part, first = places[0]
    return Base(f"{item}.{part}", max(labels, key=labels.count), first["unit"], tuple((name, key) for name, key, _ in places))


def held_parts(bases: Bases, held: Mapping[str, Any], item: str) -> dict[str, str]:
    """Stored base quantities by input of a clause."""
    if not held:
        return {}
    return {part: held[base.key]["value"] for part, base in bases.of(item).items() if held.get(base.key, {}).get("value")}


DISTRICT = "district"
SAME_SOURCE = "条文取值口径相同"


def scored(sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding when the table cannot be scored."""
    if sheet.refusal:
        yield PlausibilityFinding("complete", sheet.refusal)


def sums(sheet: TableInput, limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Findings for equal quantities that differ, and parts that exceed their whole."""
    for base in grouped(sheet.edition, {name: entry.item for name, entry in sheet.entries.items()}):
        yield from _same(base, sheet, limits)
    for relation in relations_for(sheet.edition):
        if relation.kind != SAME:
            yield from _parts(relation, sheet, limits)


def figure_at(sheet: TableInput, text: str) -> Figure | None:
    """Figure at a place (``item.part``); None if the row has no answer or the fact is unknown."""
    item, part = place(text)
    if item == DISTRICT:
        number = sheet.facts.figures.get(part)
        return None if number is None else Figure("", "", number, Scale.AMOUNT, typed=False)
    entry = sheet.entries.get(item)
    return entry.figures.get(part) if entry else None


def _same(base: Base, sheet: TableInput, limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    found = {there: figure for there in base.places if (figure := figure_at(sheet, ".".join(there)))}
    if len(found) < 2:  # noqa: PLR2004 - one alone differs from nothing
        return
    middle = median([figure.number for figure in found.values()])
    for (item, part), figure in found.items():
        if abs(figure.number - middle) > abs(middle) * limits.sum_tolerance:
            others = "、".join(f"{name}为{words(other)}" for (name, _), other in found.items() if name != item)
            said = f"{figure.label}{words(figure)}与其他条文不一致（{others}），是同一数量，请在“基础数据”中填一次"
            yield PlausibilityFinding("sums", said, item, part, words(figure), f"{base.title}各条相同", SAME_SOURCE)


def beyond_district(
    item: str, figures: Mapping[str, Figure], sheet: TableInput, limits: PlausibilityLimits
) -> Iterator[PlausibilityFinding]:
    """Findings for figures of one clause that alone exceed what the district's file says of the whole; no other row is read."""
    for relation in relations_for(sheet.edition):
        owner, _ = place(relation.whole) if relation.whole else ("", "")
        whole = figure_at(sheet, relation.whole) if owner == DISTRICT else None
        for name, part in map(place, relation.parts) if whole else ():
            if name == item and whole and part in figures and figures[part].number > whole.number * (1 + limits.sum_tolerance):
                limit = words(figures[part], whole.number)
                text = f"{relation.title}：{figures[part].label}{words(figures[part])}，城区档案为{limit}，请核对数值和单位"
                yield PlausibilityFinding("area", text, item, part, words(figures[part]), f"不大于{limit}", relation.source)


def _parts(relation: Relation, sheet: TableInput, limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    whole = figure_at(sheet, relation.whole)
    parts = [figure_at(sheet, text) for text in relation.parts]
    known = [figure for figure in parts if figure]
    if whole is None or not known or len(known) < len(parts):
        return
    together = sum((figure.number for figure in known), Decimal(0))
    room = abs(whole.number) * limits.sum_tolerance
    exact = relation.kind != AT_MOST
    if together > whole.number + room or (exact and together < whole.number - room):
        item, part = place(relation.parts[0])
        total, unit = words(known[0], together), known[0].unit
        limit = words(known[0], whole.number)
        rule = "area" if relation.whole == f"{DISTRICT}.area" else "sums"
        text = f"{relation.title}：{'合计' if len(known) > 1 else known[0].label}{total}，{whole.label or '档案'}{limit}（{unit}）"
        yield PlausibilityFinding(rule, text, item, part, total, f"{'等于' if exact else '不大于'}{limit}", relation.source)


def shared(sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Findings for one file under two clauses that may not both claim the same achievement."""
    for name, entry in sheet.entries.items():
        if not entry.files or entry.state is RowState.EXCLUDED:
            continue
        digests = {file.digest for file in entry.files}
        for other in entry.item.data.get("shared_with") or ():
            same = digests & {file.digest for file in sheet.entries[other].files} if other in sheet.entries else set()
            if name < other and same:
                text = f"与 {other} 用了同一份材料，同一成果不得重复计分，由专家认定"
                yield PlausibilityFinding("shared", text, name, other, value=f"与 {other} 同一份材料", limit="同一成果只计一次")
