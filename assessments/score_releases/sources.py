"""Decided scores of this app: received self-checks and concluded stage assessments."""

import datetime as dt

from django.db.models import Q
from django.urls import reverse

from assessments.score_releases.registry import DecidedMatter, ScoreSource
from assessments.self_checks.enums import SelfCheckState
from assessments.tables.models import ScoreTable
from greendistrict.core import clock

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
