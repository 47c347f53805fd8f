"""Frozen chapters and clauses of an annual report."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from greendistrict.documents.citations import Citation


@dataclass(frozen=True)
class ChapterFigures:
    """A chapter; scores are 0 to 100, ``weight`` is in per cent, ``planned`` is the planning stage's score, if there is one.

    ``previous`` is last year's score. A bonus chapter adds points: ``planned`` and ``previous`` are points, ``share`` is None.
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
        """Score out of 100 as displayed."""
        return None if self.bonus else self.score

    @property
    def missing(self) -> Decimal:
        """Points by which the chapter stays below the planning score; 0 if it does not, or if there is none."""
        now = self.obtained if self.bonus else self.score
        return Decimal(0) if self.planned is None else max(self.planned - now, Decimal(0))


class EvidenceFigures(NamedTuple):
    """A file that proves a clause, as frozen; closings older than page ranges have one page."""

    title: str
    version: int
    page: int | None
    valid_to: str
    sha256: str
    page_end: int | None = None
    passage: str = ""

    @property
    def place(self) -> Citation:
        """Cited place in the file."""
        return Citation.of(self)

    @property
    def until(self) -> dt.date | None:
        """Last day of validity; None without an end."""
        return dt.date.fromisoformat(self.valid_to) if self.valid_to else None


OF_THE_YEAR = "年度目标或目标路径"


@dataclass(frozen=True)
class ItemFigures:
    """A clause as frozen.

    ``gap`` are the points missing to the expectation ``aim``, None if it is reached or there is none; ``basis`` is what is expected:
    控制项, 年度目标 or 预期 (the planning score); ``aim`` names the second where both are missed.
    ``previous`` and ``planned`` are its points last year and in the planning stage, empty without them and in earlier closings.
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
    previous: str = ""
    planned: str = ""

    @property
    def expected(self) -> tuple[str, str]:
        """``basis`` and ``aim`` in words: frozen as 年度目标 is what the year was given, or the path between the years that were."""
        return self.basis.replace("年度目标", OF_THE_YEAR), self.aim.replace("年度目标", OF_THE_YEAR)
