"""Chapters and clauses of an annual report, as frozen."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class ChapterFigures:
    """One chapter; scores are 0–100, ``weight`` is percent, ``planned`` is the score of the planning stage when one was received.

    A bonus chapter adds its points: ``planned`` are the points then, ``share`` is None.
    """

    number: str
    title: str
    bonus: bool
    dimension: str
    weight: Decimal | None
    obtained: Decimal
    possible: Decimal
    score: Decimal
    planned: Decimal | None

    @property
    def share(self) -> Decimal | None:
        """Score out of 100 as shown."""
        return None if self.bonus else self.score


@dataclass(frozen=True)
class ItemFigures:
    """One clause as frozen."""

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
