"""Decided scores of this app: received self-checks and concluded stage assessments.

Also here: Registry of matters whose decided score may be published; filled by the features and apps that decide them.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from assessments.self_checks.models import SelfCheckState
from assessments.tables.models import ScoreTable
from greendistrict.core import clock
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


OWN, PANEL = "自评", "专家评定"


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(clock.SHANGHAI).date() if moment else None


def _self_check(table: ScoreTable) -> DecidedMatter:
    check = table.self_check
    return DecidedMatter(check.year, check.number or "", _day(check.received_at), reverse("assessments:selfcheck", args=[check.pk]))


def _stage(table: ScoreTable) -> DecidedMatter:
    stage = table.stage_assessment
    result = stage.review.result if stage.review else {}
    return DecidedMatter(stage.year, stage.number or "", _day(stage.concluded_at), reverse("assessments:stage", args=[stage.pk]), result)


SELF_CHECK = ScoreSource(
    decided=Q(self_check__status=SelfCheckState.RECEIVED),
    related=("self_check",),
    unread=("self_check__report", "self_check__findings"),
    matter=_self_check,
    nature=OWN,
)
STAGE = ScoreSource(
    decided=Q(stage_assessment__concluded_at__isnull=False),
    related=("stage_assessment__review",),
    unread=(
        *(f"stage_assessment__{name}" for name in ("mechanism", "figures", "judged", "verdict", "opinion", "rectification")),
        *(f"stage_assessment__review__{name}" for name in ("subject", "claims", "opinion")),
    ),
    matter=_stage,
    nature=PANEL,
)
