"""Assign clauses to readers by specialty: a lead and a second reader each, general clauses to all (pure, repeatable)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments.reviews.enums import Reading

READERS = 2


@dataclass(frozen=True)
class PanelReader:
    """A member of the panel and the chapters they can judge."""

    number: int
    specialties: frozenset[str]


@dataclass(frozen=True)
class Bundle:
    """The clauses of one chapter; ``general`` ones (no dimension, or bonus) are read by everybody."""

    chapter: str
    items: tuple[str, ...]
    general: bool


ReadingsByMember = dict[int, dict[str, Reading]]


def assign(bundles: Sequence[Bundle], readers: Sequence[PanelReader]) -> ReadingsByMember:
    """Assign clauses; returns clause → reading per member.

    Chapters are not split; the chapter with the fewest possible readers is assigned first. Lead and second reader are the specialists with
    the fewest clauses so far, then the lowest member. Without a second specialist somebody else becomes second reader. Raises
    ``ValueError`` with fewer than two readers.
    """
    if len(readers) < READERS:
        msg = "a clause needs two readers"
        raise ValueError(msg)
    assigned: ReadingsByMember = {reader.number: {} for reader in readers}
    load: Counter[int] = Counter()
    able = {bundle.chapter: sum(bundle.chapter in reader.specialties for reader in readers) for bundle in bundles}
    for bundle in sorted(bundles, key=lambda one: (one.general, able[one.chapter], -len(one.items), one.chapter)):
        if bundle.general:
            _give(assigned, [(reader.number, Reading.GENERAL) for reader in readers], bundle)
            continue
        leads = {number: sum(reading == Reading.LEAD for reading in items.values()) for number, items in assigned.items()}
        lead, second = _two(bundle, readers, load, leads)
        _give(assigned, [(lead, Reading.LEAD), (second, Reading.SECOND)], bundle)
        load.update({lead: len(bundle.items), second: len(bundle.items)})
    return assigned


def _two(bundle: Bundle, readers: Sequence[PanelReader], load: Mapping[int, int], leads: Mapping[int, int]) -> tuple[int, int]:
    ranked = sorted(readers, key=lambda one: (bundle.chapter not in one.specialties, leads[one.number], load[one.number], one.number))
    lead = ranked[0].number
    rest = sorted(readers, key=lambda one: (bundle.chapter not in one.specialties, load[one.number], one.number))
    return lead, next(one.number for one in rest if one.number != lead)


def _give(assigned: ReadingsByMember, to: Sequence[tuple[int, Reading]], bundle: Bundle) -> None:
    for number, reading in to:
        assigned[number].update(dict.fromkeys(bundle.items, reading))
