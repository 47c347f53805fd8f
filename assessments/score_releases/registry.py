"""Registry of matters whose decided score may be published; filled by the features and apps that decide them."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from assessments.tables.models import ScoreTable
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class DecidedMatter:
    """Data of the matter to which a table belongs. ``result``: settled by the panel; None if the district's own score counts."""

    year: int
    number: str
    decided_on: dt.date | None
    href: str
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ScoreSource:
    """A purpose of score tables that ends in a final score.

    ``decided`` is the condition on ``ScoreTable`` that the matter's decision is in force; ``related`` are relations to read with the
    table, ``unread`` their large columns to skip; ``nature`` says whose score it is.
    """

    decided: Q
    related: tuple[str, ...]
    unread: tuple[str, ...]
    matter: Callable[[ScoreTable], DecidedMatter]
    nature: str


# By ``Purpose``. Filled by ``assessments/wiring.py`` and ``approvals/wiring.py``; read by this feature's ``selectors``.
score_sources: Registry[ScoreSource] = Registry(
    "matters whose score may be made public",
    entry="a purpose of score tables that ends in a final score: when it is decided, what is said of its matter",
)
