"""The list of stage assessments, in one order: those held in the portal, those recorded from paper, and the next ones due."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from assessments.common import owed_papers
from assessments.common.calendar import Cycle, StageTerms, next_cycle, number_of, stage_terms
from assessments.common.enums import StageConclusion
from assessments.common.owed_papers import IN_TIME, NOT_BEGUN, NOT_BEGUN_LABEL
from assessments.common.recorded_assessments import ON_PAPER, RecordedStageAssessment, recorded
from assessments.common.selectors import of_named_districts
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors.stages import cycle_of, deadline_of, late_word
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.file.selectors.visibility import own_districts
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from greendistrict.core.toned_words import TonedWord

RECORDED, RECORDED_LABEL = "recorded", "历史补录"
SIDE = (Role.PREPARER, Role.REVIEWER, Role.CONSULTANT, Role.AUTHORITY)


class ComingAssessment(NamedTuple):
    """The next point of a pilot's cycle, for which no assessment is open yet."""

    district_id: int
    district: str
    is_demo: bool
    cycle: Cycle


Entry = int | RecordedStageAssessment | ComingAssessment


@dataclass(frozen=True)
class ListedStage:
    """A line of the list; ``stage`` is None if the assessment is recorded from paper or still to come.

    ``cycle_day`` is the day of the three-year cycle; for an early assessment it is the next day of the cycle, which it does not replace.
    Early assessments and those from paper have no ``round``.
    """

    stage: StageAssessment | None
    district: str
    is_demo: bool
    round: int | None
    status: str
    tone: str
    cycle_day: dt.date | None
    last: dt.date | None
    late: TonedWord = IN_TIME
    early: bool = False
    conclusion: str = ""
    concluded_on: dt.date | None = None
    source: str = ""
    begun_at: str = ""
    last_mark: str = ""

    @property
    def address(self) -> str | None:
        """The page of the assessment, or where it is begun; None for one recorded from paper."""
        return reverse("assessments:stage", args=[self.stage.pk]) if self.stage else self.begun_at or None


def coming_visible_to(viewer: Viewer, only: Iterable[int] | None = None) -> list[ComingAssessment]:
    """Next points of the cycle for every visible pilot that uses the portal."""
    held = viewer.held
    pilots = District.objects.filter(stage=Stage.PILOT, guideline_area=False, applicant__isnull=False, titled_on__isnull=False)
    if only is not None:
        pilots = pilots.filter(pk__in=only)
    if not (held.is_city or held.has(Role.SECRETARIAT)):
        own = {district.pk for district in own_districts(viewer)} if held.has(*SIDE) else set()
        pilots = pilots.filter(pk__in=own)
    terms, found = stage_terms(), list(pilots.order_by("name_pinyin", "pk"))
    opened = _opened(found)
    rows = []
    for district in found:
        before = opened.get(district.pk, {})
        point = _next(district, viewer.today, terms, before)
        if point is not None:
            numbered = point._replace(round=number_of(point, before.values()))
            rows.append(ComingAssessment(district.pk, district.name, district.is_demo, numbered))
    return rows


def _opened(districts: Collection[District]) -> dict[int, dict[dt.date, int | None]]:
    """Numbers of the opened assessments by day, per district."""
    found: dict[int, dict[dt.date, int | None]] = defaultdict(dict)
    if districts:
        for district, due, number in StageAssessment.objects.filter(district__in=districts).values_list("district_id", "due", "round"):
            found[district][due] = number
    return found


def _next(district: District, today: dt.date, terms: StageTerms, opened: Container[dt.date]) -> Cycle | None:
    """The first point of the cycle from today on without an assessment."""
    point = next_cycle(district.held_since, today, terms) if district.held_since else None
    return next_cycle(district.held_since, point.day, terms) if point and point.day in opened and district.held_since else point


def chosen_apart(
    rows: Sequence[RecordedStageAssessment | ComingAssessment], chosen: Mapping[str, Any]
) -> list[RecordedStageAssessment | ComingAssessment]:
    """Rows that match the filter of the list; the search for a district's name takes one query."""
    status, conclusion = chosen.get("status"), chosen.get("conclusion")
    found = [row for row in rows if _meets(row, status or "", conclusion or "")]
    return of_named_districts(found, chosen.get("q", ""))


def _meets(row: RecordedStageAssessment | ComingAssessment, status: str, conclusion: str) -> bool:
    if isinstance(row, ComingAssessment):
        return status in {"", NOT_BEGUN} and not conclusion
    ended = StageConclusion.QUALIFIED if row.passed else StageConclusion.UNQUALIFIED
    return status in {"", RECORDED} and conclusion in {"", ended}


def merged(stages: QuerySet[StageAssessment], apart: Sequence[RecordedStageAssessment | ComingAssessment]) -> list[Entry]:
    """All entries, newest day first; districts of the same day by primary key."""
    keyed: list[tuple[tuple[int, int], Entry]] = [
        ((-due.toordinal(), district), pk) for pk, due, district in stages.order_by().values_list("pk", "due", "district_id")
    ]
    keyed += [
        ((-(row.on if isinstance(row, RecordedStageAssessment) else row.cycle.day).toordinal(), row.district_id), row) for row in apart
    ]
    return [entry for _, entry in sorted(keyed, key=lambda pair: pair[0])]


def lines_of(entries: Sequence[Entry], stages: QuerySet[StageAssessment], today: dt.date) -> list[ListedStage]:
    """Lines of the entries in the same order; the assessments are read by one query."""
    found = stages.in_bulk([entry for entry in entries if isinstance(entry, int)])
    lines = {line.stage.pk: line for line in listed(found.values(), today) if line.stage is not None}
    with held_reads():
        return [lines[entry] if isinstance(entry, int) else line_apart(entry) for entry in entries]


def listed(stages: Iterable[StageAssessment], today: dt.date) -> list[ListedStage]:
    """Lines of assessments held in the portal."""
    rows, terms = list(stages), stage_terms()
    with held_reads():
        return [_line(stage, cycle_of(stage, terms), today, terms) for stage in rows]


def _line(stage: StageAssessment, cycle: Cycle, today: dt.date, terms: StageTerms) -> ListedStage:
    state, since, district = STAGE_ASSESSMENT.state(stage.status), stage.district.held_since, stage.district
    early = stage.round is None
    following = next_cycle(since, stage.due, terms) if early and since else None
    day = stage.due if following is None else following.day
    last, late = deadline_of(stage, cycle), late_word(stage, cycle, today)
    concluded = stage.concluded_at.astimezone(clock.SHANGHAI).date() if stage.concluded_at else None
    ended = str(stage.get_conclusion_display()) if concluded else ""
    if late == ON_PAPER:
        return ListedStage(stage, district.name, district.is_demo, stage.round, ON_PAPER, ON_PAPER.tone, day, None)
    about = (stage, district.name, district.is_demo, stage.round, state.label, state.tone, day, last.day)
    return ListedStage(*about, late, early, ended, concluded, last_mark=last.mark("stage.grace_days"))


def line_apart(row: RecordedStageAssessment | ComingAssessment) -> ListedStage:
    """The line of an assessment without a record in the portal."""
    if isinstance(row, ComingAssessment):
        point, page = row.cycle, reverse("assessments:owed_stage", args=[row.district_id])
        coming = (None, row.district, row.is_demo, point.round, NOT_BEGUN_LABEL, "neutral", point.day, point.last)
        return ListedStage(*coming, begun_at=page, last_mark=owed_papers.Deadline(point.last).mark("stage.grace_days"))
    ended = str((StageConclusion.QUALIFIED if row.passed else StageConclusion.UNQUALIFIED).label)
    about = (None, row.district, row.is_demo, None, RECORDED_LABEL, "neutral", None, None)
    return ListedStage(*about, conclusion=ended, concluded_on=row.on, source=row.source)


def apart_visible_to(viewer: Viewer, only: Iterable[int] | None = None) -> list[RecordedStageAssessment | ComingAssessment]:
    """Visible assessments without a record in the portal: from paper, and to come."""
    wanted = None if only is None else set(only)
    papers = [row for row in recorded(viewer) if wanted is None or row.district_id in wanted]
    return [*papers, *coming_visible_to(viewer, wanted)]
