"""Sample of demonstrations for post-evaluation (后评估, 八（二）): stratified, seeded, repeatable from the published data (pure).

Seed = SHA-256(secret ‖ list digest); the secret's hash is recorded before the list freezes; numbers as in docs/draw.md. The list is
ordered by stratum (authority, type), shuffled within each stratum, and sampled at equal steps from a random start: every district is
equally likely, and no stratum is skipped while another exceeds its share. Districts not evaluated for too long are taken without a draw.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import groupby
from typing import Any

from assessments.reviews.panel import below, stream


@dataclass(frozen=True)
class ListedDemonstration:
    """A demonstration on the list; ``overdue`` if its last evaluation is longer ago than the settings allow."""

    id: int
    name: str
    stratum: str
    overdue: bool = False

    def as_json(self) -> dict[str, Any]:
        """The line in the form that is published and hashed."""
        return {"id": self.id, "name": self.name, "stratum": self.stratum, "overdue": self.overdue}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ListedDemonstration":
        """Parse a published line."""
        return cls(data["id"], data["name"], data["stratum"], data["overdue"])


@dataclass(frozen=True)
class SampleTerms:
    """``share`` of the list (0 to 1), and the minimum number of districts ``least``."""

    share: Decimal
    least: int

    def as_json(self) -> dict[str, Any]:
        """The terms in the form that is published and hashed."""
        return {"share": str(self.share), "least": self.least}


@dataclass(frozen=True)
class Sample:
    """Ids taken because they were overdue, and ids drawn; both ascending."""

    due: tuple[int, ...]
    drawn: tuple[int, ...]

    @property
    def ids(self) -> list[int]:
        """All sampled ids."""
        return sorted((*self.due, *self.drawn))


def size_of(count: int, terms: SampleTerms) -> int:
    """Sample size for ``count`` districts: the share rounded up, at least ``least``, at most ``count``."""
    wanted = int((terms.share * count).to_integral_value(ROUND_CEILING))
    return min(count, max(wanted, terms.least))


def list_digest(places: Iterable[ListedDemonstration], terms: SampleTerms) -> str:
    """SHA-256 (hex) of the canonical JSON of list and terms: keys sorted, no spaces, UTF-8."""
    content = {"list": [one.as_json() for one in sorted(places, key=lambda one: one.id)], "terms": terms.as_json()}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def draw_sample(places: Sequence[ListedDemonstration], terms: SampleTerms, secret: str) -> Sample:
    """Take all overdue districts, then draw the remaining number from the others."""
    digest = list_digest(places, terms)
    words = stream(hashlib.sha256(bytes.fromhex(secret) + bytes.fromhex(digest)).digest())
    due = tuple(sorted(place.id for place in places if place.overdue))
    others = [place for place in places if not place.overdue]
    wanted = max(0, size_of(len(places), terms) - len(due))
    return Sample(due, _systematic(_mixed(others, words), min(wanted, len(others)), words))


def _mixed(places: Iterable[ListedDemonstration], words: Iterator[int]) -> list[int]:
    """Ids ordered by stratum and shuffled within each."""
    mixed: list[int] = []
    for _, members in groupby(sorted(places, key=lambda one: (one.stratum, one.id)), key=lambda one: one.stratum):
        rest = [member.id for member in members]
        for place in range(len(rest) - 1):
            other = place + below(len(rest) - place, words)
            rest[place], rest[other] = rest[other], rest[place]
        mixed += rest
    return mixed


def _systematic(ids: Sequence[int], count: int, words: Iterator[int]) -> tuple[int, ...]:
    """``count`` ids at equal steps from a random start, in exact integer arithmetic, so that every id is equally likely."""
    if not count:
        return ()
    start = below(len(ids), words)
    return tuple(sorted(ids[(start + step * len(ids)) // count] for step in range(count)))
