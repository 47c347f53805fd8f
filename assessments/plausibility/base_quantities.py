"""Base quantities of an edition: amounts used by several clauses, such as 建设用地面积 (pure functions).

Inputs of ratios with the same words and unit are one quantity; ``data/relations.yaml`` (kind ``same``) joins those that an edition words
differently. Editions need no extra key for this, so every imported edition has its base quantities.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.plausibility.relations import SAME, relations_for
from greendistrict.core.memoisation import Kept
from indicators.scoring.prepare import Item

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
    joined = {there: one.title for one in relations_for(edition) if one.kind == SAME for there in one.parts}
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
