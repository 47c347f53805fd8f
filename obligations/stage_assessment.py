"""Duty STAGE-ASSESSMENT, 八（二）: papers for the assessment every three years, and its rectification."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import QuerySet
from django.urls import reverse

from assessments.common.calendar import stage_terms
from assessments.stage_assessments.enums import StageState
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors.stages import cycle_of
from districts.file.selectors.titled import TITLED
from greendistrict.accounts.enums import Role
from greendistrict.core import clock
from greendistrict.core.compiled import Compiled
from greendistrict.policy.in_use import first_day_in_use
from obligations.duties import NOBODY, Actors, How, Obligation
from obligations.duty_table import CITY, duty_kind
from obligations.matters import Day
from obligations.titled_districts import leading_of

MATERIAL, RECTIFY = duty_kind("stage_material"), duty_kind("rectification")
RULE, CITE = MATERIAL.rule, MATERIAL.cite
COLUMNS = (
    *("round", "due", "year", "status", "opened_at", "filed_at", "rectify_due", "rectified_at", "concluded_at", "extended"),
    *("district__name", "district__is_demo", "district__titled_on", "district__titled_since", "district__applicant__name"),
)
GRACE, MENDED_IN = "stage.grace_days", "rectify.days"
MENDING = (StageState.RECTIFYING, StageState.RECHECKING, StageState.MENDED, StageState.UNMENDED)


def _opened() -> QuerySet[StageAssessment]:
    """Assessments of districts that hold a title, with what an obligation says of them."""
    held = {"district__stage__in": TITLED, "district__guideline_area": False, "district__applicant__isnull": False}
    found = StageAssessment.objects.filter(**held).select_related("district__applicant").only(*COLUMNS)
    return found.annotate(leading=leading_of("district_id")).order_by("due", "pk")


OF_ALL = Compiled(_opened)


def collect(today: dt.date, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Papers of every assessment that was opened, and rectifications that were ordered, of districts that hold a title.

    Those due more than a year ago are left out.
    """
    rows = OF_ALL.read() if only is None else list(_opened().filter(district__in=only))
    if not rows:
        return
    since, terms, day = max(first_day_in_use(), today - dt.timedelta(days=365)), stage_terms(), Day(today)
    for stage in rows:
        if stage.opened_at.astimezone(clock.SHANGHAI).date() > today:
            continue
        last = cycle_of(stage, terms).last
        if last >= since:
            row = _obligation(stage, MATERIAL.key, f"{stage.name}材料", last, _day(stage.filed_at, today))
            yield row._replace(how=day.how(stage.due, "开展", GRACE), is_default_date=day.is_default(GRACE))
        if stage.rectify_due and stage.status in MENDING and stage.rectify_due >= since:
            row = _obligation(stage, RECTIFY.key, f"{stage.name}整改", stage.rectify_due, _day(stage.rectified_at, today))
            yield row._replace(how=_way_to_mending(stage, day), is_default_date=day.is_default(MENDED_IN))


def _way_to_mending(stage: StageAssessment, day: Day) -> How:
    extended = "经批准延期一次" if stage.extended else ""
    if stage.concluded_at is None:
        return How(rule=day.rule(MENDED_IN), extended=extended)
    return day.how(stage.concluded_at.astimezone(clock.SHANGHAI).date(), "通知整改", MENDED_IN, extended)


def _day(moment: dt.datetime | None, on: dt.date) -> dt.date | None:
    """Day of a step that had been taken by the end of ``on``."""
    day = moment.astimezone(clock.SHANGHAI).date() if moment else None
    return day if day and day <= on else None


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
