"""Registry of the matters whose decided score may be made public; filled by the features and apps that decide them."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from assessments.tables.models import ScoreTable
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class DecidedMatter:
    """What is said of the matter around a table. ``result``: what the panel settled, None where the district's own score counts."""

    year: int
    number: str
    decided_on: dt.date | None
    href: str
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ScoreSource:
    """A purpose of score tables that ends in a final score.

    ``decided`` is the condition on ``ScoreTable`` that the matter is decided, and its decision in force; ``related`` are the relations
    read with the table, ``unread`` columns of these that are large and not needed; ``nature`` says whose score it is.
    """

    decided: Q
    related: tuple[str, ...]
    unread: tuple[str, ...]
    matter: Callable[[ScoreTable], DecidedMatter]
    nature: str


# By ``Purpose``. Written by ``assessments/wiring.py`` and ``approvals/wiring.py``; read by ``selectors`` of this feature.
score_sources: Registry[ScoreSource] = Registry("matters whose score may be made public")
