"""Assessments organised by the city and how they ended, from the portal and from 历史补录; which failures count for 八（四）.

The policy file's reading: stage assessments and post-evaluations count, self-checks and re-checks after 整改 do not; a passed one
starts anew, and so does another title.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from approvals.models import RecordedAssessment, Title
from assessments.enums import StageConclusion
from assessments.models import PostEvaluation, StageAssessment
from districts.models import District
from greendistrict.core import clock
from greendistrict.policy.facts import FactValue

CONCLUDED = ("qualified", "rectifying", "rechecking", "mended", "unmended")


@dataclass(frozen=True)
class CityResult:
    """One concluded assessment: day of the conclusion, what it was, whether passed, where it is written."""

    on: dt.date
    what: str
    passed: bool
    source: str

    def plain(self) -> dict[str, str]:
        """As kept with a file."""
        return {"on": self.on.isoformat(), "what": self.what, "source": self.source}


Source = Callable[[District], list[CityResult]]


def _recorded(district: District) -> list[CityResult]:
    rows = RecordedAssessment.objects.filter(district=district)
    return [CityResult(row.concluded_on, str(row.get_kind_display()), row.passed, f"补录：{row.source}") for row in rows]


def _stages(district: District) -> list[CityResult]:
    rows = StageAssessment.objects.filter(district=district, status__in=CONCLUDED, concluded_at__isnull=False)
    return [
        CityResult(row.concluded_at.astimezone(clock.SHANGHAI).date(), "阶段评估", row.conclusion == StageConclusion.QUALIFIED, str(row))
        for row in rows
        if row.concluded_at is not None
    ]


def _post_evaluations(district: District) -> list[CityResult]:
    rows = PostEvaluation.objects.filter(district=district, concluded_at__isnull=False)
    return [
        CityResult(row.concluded_at.astimezone(clock.SHANGHAI).date(), "后评估", row.conclusion == StageConclusion.QUALIFIED, str(row))
        for row in rows
        if row.concluded_at is not None
    ]


SOURCES: tuple[Source, ...] = (_recorded, _stages, _post_evaluations)


def city_results(district: District, on: dt.date) -> list[CityResult]:
    """Assessments of the title now held, concluded by ``on``, oldest first. An unknown day of granting counts from the beginning."""
    title = Title.objects.filter(district=district, end="").first()
    since = title.granted_on if title and title.granted_on else dt.date.min
    found = [result for source in SOURCES for result in source(district)]
    return sorted((one for one in found if since <= one.on <= on), key=lambda one: (one.on, one.what))


def failures_in_a_row(district: District, on: dt.date) -> list[CityResult]:
    """Failed assessments since the last passed one, oldest first."""
    failed: list[CityResult] = []
    for result in city_results(district, on):
        failed = [] if result.passed else [*failed, result]
    return failed


def failures_fact(district: District, on: dt.date) -> FactValue:
    """Fact ``consecutive_failures`` of the policy."""
    failed = failures_in_a_row(district, on)
    note = "；".join(f"{one.on.year}年{one.on.month}月{one.what}不合格" for one in failed)
    return FactValue(len(failed), note=note, source="市级评估结论")
