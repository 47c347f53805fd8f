"""Inputs of the plausibility rules: rows of a table with last year's, target and peer figures."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from functools import cached_property
from typing import Any, NamedTuple

from assessments.plausibility.figures import figures_of
from districts.plausibility.figures import Figure
from indicators.scoring.engine import ItemResult
from indicators.scoring.prepare import Item


class RowState(Enum):
    """Kind of answer in a row."""

    ANSWERED = auto()
    EXCLUDED = auto()
    ABSENT = auto()
    UNBUILT = auto()
    BY_PORTAL = auto()  # the portal finds that the clause takes no part; nobody is asked


class ProofFile(NamedTuple):
    """A file under a row: SHA-256 and last day of validity (None without an end)."""

    digest: str
    valid_to: dt.date | None = None


@dataclass(frozen=True, eq=False)
class RowInput:
    """Rule input for one row. ``last``, ``target``: values in the clause's form; ``peers``: figures of similar districts by part.

    ``offered``: (source, value) given by a source but not used by the row; ``reason`` explains why. ``pending``: prefilled by a source and
    not yet confirmed by a person. ``known``: (source, value) that the portal holds for the same quantity, prefilled or not.
    """

    item: Item
    value: Any = None
    state: RowState = RowState.ANSWERED
    filled: bool = False
    build_missing: bool = False
    evidence: int = 0
    files: tuple[ProofFile, ...] = ()
    result: ItemResult | None = None
    last: Any = None
    target: Any = None
    peers: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    offered: tuple[str, str] | None = None
    reason: str = ""
    pending: str = ""
    known: tuple[str, Any] | None = None

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Figures of the value by part; empty for a row without an answer."""
        return figures_of(self.item, self.value) if self.state is RowState.ANSWERED else {}

    @cached_property
    def before(self) -> dict[str, Figure]:
        """Last year's figures by part."""
        return figures_of(self.item, self.last)

    @property
    def earns(self) -> bool:
        """Whether the row earns points or fulfils a control item."""
        return self.result is not None and bool(self.result.holds or (self.result.points or 0) > 0)


@dataclass(frozen=True)
class DistrictFacts:
    """Figures of the district by name, to which parts are compared (``area`` in 公顷, ``population`` in 人)."""

    figures: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class TableInput:
    """Rule input for a whole table; ``edition`` is its code, ``refusal`` the reason why it cannot be scored."""

    entries: Mapping[str, RowInput]
    today: dt.date
    edition: str = ""
    facts: DistrictFacts = field(default_factory=DistrictFacts)
    refusal: str = ""
