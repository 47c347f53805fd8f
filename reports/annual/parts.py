"""Chapters and clauses of an annual report, as frozen."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from greendistrict.documents.citations import Citation


@dataclass(frozen=True)
class ChapterFigures:
    """One chapter; scores are 0–100, ``weight`` is percent, ``planned`` is the score of the planning stage when one was received.

    ``previous`` is that of the year before. A bonus chapter adds its points: ``planned`` and ``previous`` are points, ``share`` is None.
    """

    key: str
    number: str
    title: str
    bonus: bool
    dimension: str
    weight: Decimal | None
    obtained: Decimal
    possible: Decimal
    score: Decimal
    planned: Decimal | None
    previous: Decimal | None = None

    @property
    def share(self) -> Decimal | None:
        """Score out of 100 as shown."""
        return None if self.bonus else self.score


class EvidenceFigures(NamedTuple):
    """A file that proves a clause, as frozen; closings of before runs of pages name one page."""

    title: str
    version: int
    page: int | None
    valid_to: str
    sha256: str
    page_end: int | None = None
    passage: str = ""

    @property
    def place(self) -> Citation:
        """Where in the file the proof stands."""
        return Citation.of(self)

    @property
    def until(self) -> dt.date | None:
        """Last day of its validity; None where it has no end."""
        return dt.date.fromisoformat(self.valid_to) if self.valid_to else None


@dataclass(frozen=True)
class ItemFigures:
    """One clause as frozen.

    ``gap`` are the points missing to what ``aim`` says, None where it is reached or nothing is compared; ``basis`` is what is missed:
    控制项, 年度目标 or 预期 (the planning score).
    """

    id: str
    chapter: str
    title: str
    kind: str
    value: str
    points: str
    most: str
    state: str
    evidence: int
    reason: str
    files: tuple[EvidenceFigures, ...] = ()
    basis: str = ""
    aim: str = ""
    gap: Decimal | None = None
