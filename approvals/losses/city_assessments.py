"""Results of assessments organised by the city, from the portal and 历史补录, and which failures count for 八（四）.

As read in the policy file: stage assessments and post-evaluations count, self-checks and re-checks after 整改 do not. A passed
assessment or another title resets the count.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from approvals.losses.models import RecordedAssessment
from approvals.titles.models.publicity import Title
from assessments.common.enums import StageConclusion
from assessments.post_evaluations.models import PostEvaluation
from assessments.stage_assessments.enums import CONCLUDED
from assessments.stage_assessments.models.stage import StageAssessment
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.policy.facts import FactValue


@dataclass(frozen=True)
class CityResult:
    """One concluded assessment: date, name, result and source."""

    on: dt.date
    what: str
    passed: bool
    source: str

    @property
    def conclusion(self) -> StageConclusion:
        """Its result as a conclusion."""
        return StageConclusion.of(passed=self.passed)

    def plain(self) -> dict[str, str]:
        """The result as plain data, stored with a loss file."""
        return {"on": self.on.isoformat(), "what": self.what, "source": self.source}


Found = dict[int, list[CityResult]]
# Results by district id for many districts at once; one query per source.
Source = Callable[[Iterable[District]], Found]


def _recorded(districts: Iterable[District]) -> Found:
    found: Found = defaultdict(list)
    for row in RecordedAssessment.objects.counted().filter(district__in=districts):
        found[row.district_id].append(CityResult(row.concluded_on, str(row.get_kind_display()), row.passed, f"补录：{row.source}"))
    return found


def _stages(districts: Iterable[District]) -> Found:
    rows = StageAssessment.objects.filter(district__in=districts, status__in=CONCLUDED, concluded_at__isnull=False)
    return _concluded(rows.select_related("district"), "阶段评估")


def _post_evaluations(districts: Iterable[District]) -> Found:
    rows = PostEvaluation.objects.filter(district__in=districts, concluded_at__isnull=False)
    return _concluded(rows.select_related("district"), "后评估")


def _concluded(rows: Iterable[StageAssessment | PostEvaluation], what: str) -> Found:
    found: Found = defaultdict(list)
    for row in rows:
        if row.concluded_at is not None:
            day, passed = row.concluded_at.astimezone(clock.SHANGHAI).date(), row.conclusion == StageConclusion.QUALIFIED
            found[row.district_id].append(CityResult(day, what, passed, str(row)))
    return found


SOURCES: tuple[Source, ...] = (_recorded, _stages, _post_evaluations)


def results_of(districts: Sequence[District], on: dt.date) -> Found:
    """By district id: assessments of the current title, concluded by ``on``, oldest first; a constant number of queries.

    An unknown grant date counts as held from the beginning.
    """
    if not districts:
        return {}
    since = dict(Title.objects.filter(district__in=districts, end="").values_list("district_id", "granted_on"))
    found: Found = {district.pk: [] for district in districts}
    for source in SOURCES:
        for pk, results in source(districts).items():
            first = since.get(pk) or dt.date.min
            found[pk] += [one for one in results if first <= one.on <= on]
    return {pk: sorted(results, key=lambda one: (one.on, one.what)) for pk, results in found.items()}


def city_results(district: District, on: dt.date) -> list[CityResult]:
    """Assessments of the current title of one district, as in ``results_of``."""
    return results_of([district], on)[district.pk]


def last_failures(results: Iterable[CityResult]) -> list[CityResult]:
    """Failed assessments since the last passed one, oldest first."""
    failed: list[CityResult] = []
    for result in results:
        failed = [] if result.passed else [*failed, result]
    return failed


def failures_in_a_row(district: District, on: dt.date) -> list[CityResult]:
    """Failed assessments of the current title since the last passed one, oldest first."""
    return last_failures(city_results(district, on))


def failures_fact(district: District, on: dt.date) -> FactValue:
    """Policy fact ``consecutive_failures``."""
    failed = failures_in_a_row(district, on)
    note = "；".join(f"{one.on.year}年{one.on.month}月{one.what}{one.conclusion.label}" for one in failed)
    return FactValue(len(failed), note=note, source="市级评估结论")
