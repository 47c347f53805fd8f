"""Panel of a review: conflicts of interest (回避), valid panels, the seeded draw that anybody can repeat, readings (pure functions).

The draw (docs/draw.md): seed = SHA-256(secret ‖ list digest), where the secret's hash was recorded before the list froze. Candidates
sorted by id are sampled without replacement from a stream of SHA-256 blocks; samples that are not a valid panel are rejected, so that
every valid panel is equally likely.
"""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assessments.reviews.enums import Reading

CONFLICT_YEARS = 3
MOST_TRIES = 1_000_000
WORD = 2**64


class NoValidPanel(Exception):  # noqa: N818 -- an answer, not a fault
    """No choice of the required size covers every dimension; the message says what is missing."""


@dataclass(frozen=True)
class ConcernedParty:
    """A party to the reviewed matter: applicant, planner, designer, consultant, verifier, secretariat."""

    role: str
    organisation_id: int | None
    name: str
    group: str = ""


@dataclass(frozen=True)
class Tie:
    """An expert's employment with an organisation, or post there; ``until`` is None while it has no end."""

    organisation_id: int
    name: str
    group: str = ""
    until: dt.date | None = None


@dataclass(frozen=True)
class Candidate:
    """A line of the frozen list; ``reasons`` are conflicts of interest."""

    id: int
    name: str
    specialties: frozenset[str]
    reasons: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The line in the form that is published and hashed."""
        return {"id": self.id, "name": self.name, "specialties": sorted(self.specialties), "reasons": list(self.reasons)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Candidate":
        """Parse a published line."""
        return cls(data["id"], data["name"], frozenset(data["specialties"]), tuple(data["reasons"]))


@dataclass(frozen=True)
class Terms:
    """Definition of a valid panel: ``size`` members in all, specialties that cover every dimension; ``kept`` are already members."""

    size: int
    dimensions: tuple[str, ...]
    kept: tuple[Candidate, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The terms in the form that is published and hashed."""
        kept = [{"id": one.id, "specialties": sorted(one.specialties)} for one in sorted(self.kept, key=lambda one: one.id)]
        return {"size": self.size, "dimensions": sorted(self.dimensions), "kept": kept}


@dataclass(frozen=True)
class Drawn:
    """Ids drawn, ascending, and the number of samples tried."""

    ids: tuple[int, ...]
    tries: int = field(compare=False)


def conflicts(ties: Iterable[Tie], parties: Collection[ConcernedParty], on: dt.date) -> tuple[str, ...]:
    """Conflicts of interest in the order of the ties: employment by a party or its group within three years before the day ``on``."""
    since = years_before(on, CONFLICT_YEARS)
    found: dict[str, None] = {}
    for tie in ties:
        if tie.until is not None and tie.until < since:
            continue
        when = "现任职于" if tie.until is None or tie.until >= on else "三年内曾任职于"
        for party in parties:
            if party.organisation_id == tie.organisation_id or (party.organisation_id is None and party.name == tie.name):
                found[f"{when}{party.role}{party.name}"] = None
            elif party.group and party.group == tie.group:
                found[f"{when}{tie.name}，与{party.role}{party.name}同属{party.group}"] = None
    return tuple(found)


def avoided(name: str, ties: Iterable[Tie], requests: Iterable[tuple[str, str]], on: dt.date) -> list[str]:
    """Reasons from granted requests of the applicant: against a person, a body, or a person at a body (then both must match)."""
    since = years_before(on, CONFLICT_YEARS)
    bodies = {part for tie in ties if tie.until is None or tie.until >= since for part in (tie.name, tie.group) if part}
    return [
        f"申报单位申请{'、'.join(part for part in (person, body) if part)}回避，已同意"
        for person, body in requests
        if (not person or person == name) and (not body or body in bodies)
    ]


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day ``years`` earlier; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def is_valid(panel: Collection[Candidate], terms: Terms) -> bool:
    """Whether the people form a valid panel: exact odd size, all different, no conflicts, every dimension covered."""
    ids = {one.id for one in panel}
    if len(ids) != len(panel) or len(panel) != terms.size or terms.size % 2 == 0 or any(one.reasons for one in panel):
        return False
    return not uncovered(panel, terms.dimensions)


def uncovered(panel: Iterable[Candidate], dimensions: Iterable[str]) -> list[str]:
    """Dimensions that nobody on the panel covers."""
    covered = frozenset[str]().union(*(one.specialties for one in panel))
    return [key for key in dimensions if key not in covered]


def shortfall(pool: Sequence[Candidate], terms: Terms) -> str:
    """Why pool and kept members cannot form a valid panel; empty if they can."""
    eligible = _eligible(pool, terms)
    places = terms.size - len(terms.kept)
    if terms.size % 2 == 0:
        return f"专家人数应为单数，现为{terms.size}人"
    if places <= 0:
        return "没有空缺的席位"
    if len(eligible) < places:
        return f"需{places}人，无应回避情形的只有{len(eligible)}人"
    if missing := uncovered([*eligible, *terms.kept], terms.dimensions):
        return f"没有可评审{'、'.join(missing)}的专家"
    least = _least_cover(eligible, uncovered(terms.kept, terms.dimensions))
    return f"覆盖全部方面至少需{least}人，只有{places}个席位" if least > places else ""


def _eligible(pool: Iterable[Candidate], terms: Terms) -> list[Candidate]:
    taken = {one.id for one in terms.kept}
    return sorted((one for one in pool if not one.reasons and one.id not in taken), key=lambda one: one.id)


def _least_cover(eligible: Iterable[Candidate], dimensions: Sequence[str]) -> int:
    # Breadth first over sets of covered dimensions: at most 2^dimensions of them.
    wanted = frozenset(dimensions)
    helps = {one.specialties & wanted for one in eligible}
    reached, count = {frozenset[str]()}, 0
    while wanted not in reached:
        count += 1
        reached |= {one | more for one in reached for more in helps}
    return count


def list_digest(pool: Iterable[Candidate], terms: Terms) -> str:
    """SHA-256 (hex) of the canonical JSON of list and terms: keys sorted, no spaces, UTF-8."""
    content = {"pool": [one.as_json() for one in sorted(pool, key=lambda one: one.id)], "terms": terms.as_json()}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def commitment(secret: str) -> str:
    """SHA-256 (hex) of the secret's bytes; recorded before the list freezes."""
    return hashlib.sha256(bytes.fromhex(secret)).hexdigest()


def draw(pool: Sequence[Candidate], terms: Terms, secret: str) -> Drawn:
    """Draw the members who join those kept. Raises ``NoValidPanel`` with the reason if there is no valid panel."""
    if reason := shortfall(pool, terms):
        raise NoValidPanel(reason)
    seed = hashlib.sha256(bytes.fromhex(secret) + bytes.fromhex(list_digest(pool, terms))).digest()
    words, eligible = stream(seed), _eligible(pool, terms)
    for tries in range(1, MOST_TRIES + 1):
        sample = _sample(eligible, terms.size - len(terms.kept), words)
        if is_valid([*terms.kept, *sample], terms):
            return Drawn(tuple(sorted(one.id for one in sample)), tries)
    msg = f"抽取{MOST_TRIES}次没有得到覆盖全部方面的专家组"
    raise NoValidPanel(msg)


def stream(seed: bytes) -> Iterator[int]:
    """Endless 64-bit numbers: the four big-endian words of SHA-256(seed ‖ counter), with an 8-byte counter starting at 0."""
    counter = 0
    while True:
        block = hashlib.sha256(seed + counter.to_bytes(8, "big")).digest()
        yield from (int.from_bytes(block[start : start + 8], "big") for start in range(0, 32, 8))
        counter += 1


def below(limit: int, words: Iterator[int]) -> int:
    """A number from 0 to ``limit - 1``, each equally likely: words beyond the last full multiple of ``limit`` are skipped."""
    ceiling = WORD - WORD % limit
    return next(word for word in words if word < ceiling) % limit


def _sample(eligible: Sequence[Candidate], count: int, words: Iterator[int]) -> list[Candidate]:
    # Partial Fisher-Yates on a fresh copy of the sorted list.
    rest = list(eligible)
    for place in range(count):
        other = place + below(len(rest) - place, words)
        rest[place], rest[other] = rest[other], rest[place]
    return rest[:count]


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
