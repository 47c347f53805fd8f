"""Duty STAGE-ASSESSMENT (八（二）): filing for the three-yearly assessment, and its rectification."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from approvals.losses.models import RecordedAssessment, RecordedKind
from assessments.common.calendar import Cycle, met_on_paper, stage_terms
from assessments.stage_assessments.models import FOUND_UNQUALIFIED, UNFILED, StageAssessment, StageState
from assessments.stage_assessments.selectors.stages import cycle_of
from districts.common.enums import TITLED
from greendistrict.accounts.enums import Role
from greendistrict.core import clock, memoisation
from greendistrict.core.addresses import reverse
from greendistrict.core.django_internals import CompiledFor
from greendistrict.policy.duty_table import CITY, duty_kind
from greendistrict.workflow.models import TransitionRecord
from obligations.duties import NOBODY, Actors, Obligation
from obligations.matters import done_by
from obligations.titled_districts import former_holders, leading_of, titled_districts
from obligations.way import Day, How

COLUMNS = (
    *("round", "due", "year", "status", "opened_at", "filed_at", "rectify_due", "rectified_at", "concluded_at", "extended"),
    *("district__name", "district__is_demo", "district__stage", "district__guideline_area"),
    *("district__titled_on", "district__titled_since", "district__applicant__name"),
)


def _opened(only: Collection[int] | None) -> QuerySet[StageAssessment]:
    assessments = StageAssessment.objects.select_related("district__applicant").only(*COLUMNS)
    assessments = assessments if only is None else assessments.filter(district__in=only)
    paper = RecordedAssessment.objects.counted().filter(kind=RecordedKind.STAGE, district=OuterRef("district_id"))
    entered = ArraySubquery(paper.order_by("concluded_on", "pk").values("concluded_on"))
    return assessments.annotate(leading=leading_of("district_id"), entered=entered).order_by("due", "pk")


OPENED = CompiledFor(_opened)


def opened_stages(only: Collection[int] | None) -> list[StageAssessment]:
    """Assessments of all districts or ``only`` some.

    With the leading bodies of the district (``leading``) and the days of those held on paper and entered later (``entered``).
    """
    return memoisation.once(OPENED.read, memoisation.as_key(only))


MATERIAL, RECTIFY = duty_kind("stage_material"), duty_kind("rectification")
RULE, CITE = MATERIAL.rule, MATERIAL.cite
GRACE, MENDED_IN = "stage.grace_days", "rectify.days"


def collect(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Filings of opened assessments and ordered rectifications, for districts with a title, or with one that ended after the due day.

    Those due more than a year ago are left out.
    """
    return (row for row in _of_titled(day, only) if row.was_owed)


def _of_titled(day: Day, only: Collection[int] | None) -> Iterator[Obligation]:
    opened = [stage for stage in opened_stages(only) if stage.district.applicant_id is not None and not stage.district.guideline_area]
    held = {row.pk for row in titled_districts(only, day.past)} if opened and day.past else None
    since, terms, handed_in = max(day.first, day.since), stage_terms(), _handed_in(opened, day)
    for stage in opened:
        began = stage.opened_at.astimezone(clock.SHANGHAI).date()
        ended_on = _ended_on(stage.district_id, began, only, day)
        if began > day.on or not (ended_on or (stage.district.stage in TITLED if held is None else stage.district_id in held)):
            continue
        cycle = cycle_of(stage, terms)
        last, met = cycle.last, handed_in[stage.pk]
        if last >= since and not _settled_on_paper(stage, cycle, terms.years, day.on, met.papers):
            row = _obligation(stage, MATERIAL.key, f"{stage.name}材料", last, met.papers)
            yield row._replace(
                how=day.how(stage.due, "周期到期" if stage.round else "开展", GRACE),
                is_default_date=day.is_default(GRACE),
                ended_on=ended_on,
            )
        if stage.rectify_due and stage.status in FOUND_UNQUALIFIED and stage.rectify_due >= since:
            row = _obligation(stage, RECTIFY.key, f"{stage.name}整改", stage.rectify_due, met.rectification)
            extended = "经批准延期一次" if stage.extended else ""
            how = How(rule=day.rule(MENDED_IN), extended=extended)
            if stage.concluded_at is not None:
                how = day.how(stage.concluded_at.astimezone(clock.SHANGHAI).date(), "通知整改", MENDED_IN, extended)
            yield row._replace(how=how, is_default_date=day.is_default(MENDED_IN), ended_on=ended_on)


class HandedIn(NamedTuple):
    """Days on which the papers and the rectification report came in; None where they did not, or went back since."""

    papers: dt.date | None
    rectification: dt.date | None


def _handed_in(opened: Sequence[StageAssessment], day: Day) -> dict[int, HandedIn]:
    """What stood handed in on the day, by primary key; on a past day replayed from the transition log in one query.

    An assessment without logged steps counts by the days of its row.
    """
    found = {
        stage.pk: HandedIn(
            None if stage.status in UNFILED else done_by(day.on, stage.filed_at),
            None if stage.status == StageState.RECTIFYING else done_by(day.on, stage.rectified_at),
        )
        for stage in opened
    }
    if not (opened and day.past):
        return found
    names = {f"{StageAssessment._meta.label_lower}:{stage.pk}": stage for stage in opened}
    steps = TransitionRecord.objects.filter(subject__in=list(names)).order_by("at", "pk")
    logged: dict[int, HandedIn] = {}
    for subject, target, at in steps.values_list("subject", "target", "at"):
        stage = names[subject]
        moment = done_by(day.on, at)
        before = logged.setdefault(stage.pk, HandedIn(None, None))
        if moment is not None:
            logged[stage.pk] = _after_step(before, target, moment)
    return found | logged


def _after_step(before: HandedIn, target: str, on: dt.date) -> HandedIn:
    """What is handed in once a step led to the state ``target``."""
    if target in UNFILED:
        return before._replace(papers=None)
    if target == StageState.FILED:
        return before._replace(papers=before.papers or on)
    if target == StageState.RECTIFYING:
        return before._replace(rectification=None)
    return before._replace(rectification=on) if target == StageState.RECHECKING else before


def _settled_on_paper(stage: StageAssessment, cycle: Cycle, years: int, on: dt.date, filed: dt.date | None) -> bool:
    """Whether the point of the cycle was assessed on paper by a day, before anything was filed: no papers are owed for it."""
    entered = vars(stage)["entered"] if stage.round is not None else ()
    return bool(entered and met_on_paper(cycle.opens, entered, years, on, filed))


def _ended_on(district: int, began: dt.date, only: Collection[int] | None, day: Day) -> dt.date | None:
    """When the title ended, by the day, under which an assessment began."""
    spans = (row for row in former_holders(only, day.past) if row.pk == district)
    return next((row.until for row in spans if row.until and (row.held_since or began) <= began < row.until), None)


def _obligation(stage: StageAssessment, kind: str, title: str, due: dt.date, met: dt.date | None) -> Obligation:
    district = stage.district
    return Obligation(
        key=f"{kind}:{stage.pk}",
        kind=kind,
        rule=RULE,
        cite=CITE,
        title=title,
        district_id=district.pk,
        district=district.name,
        organisation_id=district.applicant_id,
        organisation=district.applicant.name if district.applicant else "",
        to=CITY,
        due=due,
        link=reverse("assessments:stage", args=[stage.pk]),
        met_on=met,
        authority_ids=tuple(vars(stage)["leading"]),
        is_demo=district.is_demo,
        debtor_ids=(district.applicant_id,) if district.applicant_id else (),
        year=stage.year,
        record=stage.pk,
        status=stage.status,
        actors=Actors((Role.PREPARER, Role.REVIEWER), (district.applicant_id,)) if district.applicant_id else NOBODY,
    )
