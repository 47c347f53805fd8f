"""Pilots that could be accepted and do not ask: every gate of 八（三） holds, no acceptance is under way."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from approvals.acceptancefacts import gates_of
from approvals.enums import CaseKind
from approvals.models import CLOSED_STATES, Case
from districts.enums import Stage
from districts.models import District
from greendistrict.policy.engine import NoPolicyInForce, Verdict, blocking


@dataclass(frozen=True)
class Ready:
    """A pilot with its gates; ``failing`` is empty when it is ready."""

    district: District
    verdicts: list[Verdict]
    failing: list[Verdict]


def pilots_not_asking(districts: QuerySet[District]) -> QuerySet[District]:
    """Pilots without an acceptance under way."""
    under_way = Case.objects.filter(district=OuterRef("pk"), kind=CaseKind.ACCEPTANCE).exclude(status__in=CLOSED_STATES)
    return districts.filter(~Exists(under_way), stage=Stage.PILOT, guideline_area=False)


def ready_districts(districts: QuerySet[District], on: dt.date) -> list[Ready]:
    """Ready ones among ``districts``, by name; none when no policy is in force."""
    found = []
    for district in pilots_not_asking(districts).filter(baselines__kind="pilot").distinct().order_by("is_demo", "name_pinyin"):
        try:
            verdicts = gates_of(district, on)
        except NoPolicyInForce:
            return []
        if not blocking(verdicts):
            found.append(Ready(district, verdicts, []))
    return found
