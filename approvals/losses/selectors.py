"""Districts for which a loss of title may have to be opened, after failed acceptances or repeated failures. The officer decides."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.cases.document_numbers import NumberedPaper
from approvals.cases.enums import CaseState
from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.cases.rules import is_city
from approvals.common.enums import LOST, CaseKind, TitleEnd
from approvals.losses.city_assessments import CityResult, last_failures, results_of
from approvals.losses.models import LossFile, RecordedAssessment, RecordedAssessments, RecordedKind
from approvals.titles.models.publicity import Title
from approvals.titles.selectors import not_carried_out
from assessments.common.recorded_assessments import RecordedStageAssessment
from assessments.post_evaluations.models import PostEvaluation
from assessments.stage_assessments.models import CONCLUDED, StageAssessment
from districts.common.enums import TITLED, Stage
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.django_internals import Compiled
from greendistrict.workflow.second_person import check_tasks
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task

ENOUGH = 2
NOTICE_NUMBERS = NumberedPaper(
    LossFile,
    "intent_number",
    lambda: LossFile.objects.select_related("case__district"),
    lambda loss: f"{loss.case}的事先告知书",
)


def cancel_proposals() -> QuerySet[Case]:
    """Failed acceptances of districts that are still pilots, without a case of their own and neither stayed nor set aside."""
    opened = LossFile.objects.filter(acceptance=OuterRef("pk")).exclude(case__status=CaseState.DROPPED)
    rows = Case.objects.filter(~Exists(opened), kind=CaseKind.ACCEPTANCE, status=CaseState.FAILED, district__stage=Stage.PILOT)
    rows = rows.exclude(district__titles__stayed_since__isnull=False)
    return rows.filter(~not_carried_out()).select_related("district", "applicant").order_by("decided_on", "pk")


@dataclass(frozen=True)
class LostInYear:
    """Titles that ended by a decision in a year (None: it is unknown), by what was decided."""

    year: int | None
    cancelled: int
    revoked: int

    @property
    def words(self) -> str:
        """The year."""
        return f"{self.year}年" if self.year else "年份未查明"

    @property
    def lost(self) -> int:
        """Both together."""
        return self.cancelled + self.revoked


def titles_lost(on: dt.date) -> dict[bool, list[LostInYear]]:
    """Titles that were cancelled or revoked by a day, of real and (True) of fictional districts; none of those that lost none.

    Year by year from the first to that of the day, then those of an unknown year.
    """
    rows = Title.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__lte=on), end__in=LOST)
    counts: dict[bool, Counter[tuple[int | None, str]]] = {}
    for is_demo, day, end in rows.values_list("district__is_demo", "ended_on", "end").order_by("district__is_demo"):
        counts.setdefault(is_demo, Counter())[day.year if day else None, end] += 1
    return {is_demo: _by_year(found, on) for is_demo, found in counts.items()}


def _by_year(counts: Counter[tuple[int | None, str]], on: dt.date) -> list[LostInYear]:
    known = [year for year, _ in counts if year]
    years = [*(range(min(known), on.year + 1) if known else ()), *([None] if any(year is None for year, _ in counts) else ())]
    return [LostInYear(year, counts[year, TitleEnd.CANCELLED], counts[year, TitleEnd.REVOKED]) for year in years]


def loss_files_visible_to(viewer: Viewer) -> QuerySet[LossFile]:
    """Loss files a person may read (they hold legal opinion and minutes): city only."""
    own = viewer.is_somebody and is_city(viewer.held)
    return LossFile.objects.all() if own else LossFile.objects.none()


def recorded_visible_to(viewer: Viewer) -> RecordedAssessments:
    """Recorded assessments with their papers a person may read: city only."""
    own = viewer.is_somebody and is_city(viewer.held)
    return RecordedAssessment.objects.all() if own else RecordedAssessment.objects.none()


def recorded_stages(viewer: Viewer) -> list[RecordedStageAssessment]:
    """Stage assessments recorded from paper, for the list of stage assessments."""
    rows = recorded_visible_to(viewer).counted().filter(kind=RecordedKind.STAGE).select_related("district").order_by("-concluded_on", "pk")
    return [
        RecordedStageAssessment(row.district_id, row.district.name, row.district.is_demo, row.concluded_on, row.passed, row.source)
        for row in rows
    ]


def recorded_stage_days() -> dict[int, list[dt.date]]:
    """Days of the stage assessments recorded from paper, by district."""
    found: dict[int, list[dt.date]] = {}
    rows = RecordedAssessment.objects.counted().filter(kind=RecordedKind.STAGE).order_by("concluded_on", "pk")
    for district, day in rows.values_list("district_id", "concluded_on"):
        found.setdefault(district, []).append(day)
    return found


def assessed_titles() -> QuerySet[District]:
    """Titled districts with recorded failures or concluded assessments, without an open loss case or a stayed decision."""
    under_way = Case.objects.filter(district=OuterRef("pk"), kind=CaseKind.LOSS).exclude(status__in=CLOSED_STATES)
    recorded = RecordedAssessment.objects.counted().filter(passed=False)
    staged = StageAssessment.objects.filter(status__in=CONCLUDED)
    evaluated = PostEvaluation.objects.filter(concluded_at__isnull=False)
    # Assessed districts are few, so they are selected first instead of testing every title.
    assessed: list[Any] = [found.order_by().values_list("district") for found in (recorded, staged, evaluated)]
    rows = District.objects.filter(~Exists(under_way), pk__in=assessed[0].union(*assessed[1:]), stage__in=TITLED)
    return (
        rows.exclude(titles__stayed_since__isnull=False)
        .only("code", "name", "stage", "status_certainty", "guideline_area", "is_demo")
        .order_by("is_demo", "name_pinyin")
    )


ASSESSED_TITLES = Compiled(assessed_titles)


def revocation_candidates(on: dt.date) -> list[tuple[District, list[CityResult]]]:
    """Titled districts with as many consecutive failures as 八（四） requires, these failures, and no open loss case."""
    districts = ASSESSED_TITLES.read()
    results = results_of([district.pk for district in districts], on)
    failed = [(district, last_failures(results[district.pk])) for district in districts]
    return [(district, failures) for district, failures in failed if len(failures) >= ENOUGH]


@among(RecordedAssessment.objects.waiting)
def recorded_tasks(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: recorded assessments that the person may check; no query for people outside the city."""
    return check_tasks(viewer.user, RecordedAssessment.objects.waiting().select_related("district").defer("district__boundary"))
