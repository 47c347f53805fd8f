"""Planned inspections: the plan of a year, and each visit on its day."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db.models import QuerySet

from assessments.inspections.models import Inspection, InspectionState
from greendistrict.core import clock
from greendistrict.core.addresses import reverse
from greendistrict.core.days import day_in_words
from greendistrict.policy.duty_table import duty_kind
from greendistrict.workflow.history import passed, state_on, steps_column
from obligations.city_duties import city_row
from obligations.duties import Obligation
from obligations.matter_rows import DISTRICT, MatterRows, Since, rows_of
from obligations.matters import INSIDE
from obligations.way import KEPT, Day, How, rolled

VISIT = duty_kind("inspection_visit")


def _ever_planned(_since: Since) -> QuerySet[Any]:
    rows: QuerySet[Any] = Inspection.objects.filter(planned_on__isnull=False).annotate(steps=steps_column(Inspection))
    return rows


INSPECTIONS = MatterRows(
    Inspection._meta.label_lower,
    _ever_planned,
    ("pk", *DISTRICT, "opened_at", "planned_on", "inspected_on", "summary", "steps"),
    is_live=lambda _row, _since: True,
    days=("planned_on", "inspected_on"),
    moments=("opened_at",),
    order=("planned_on", "pk"),
)


class PlannedInspection(NamedTuple):
    """A planned inspection: day of planning, planned day, and the day it was held (None if it was not held yet)."""

    pk: int
    district_id: int
    district: str
    applicant: str
    is_demo: bool
    entered: dt.date
    planned_on: dt.date
    held_on: dt.date | None


def _planned(on: dt.date, only: Collection[int] | None) -> Iterator[PlannedInspection]:
    """Inspections planned by the end of a day and not discarded by then."""
    for row in rows_of(INSPECTIONS, on - KEPT, only):
        entered = row["opened_at"].astimezone(clock.SHANGHAI).date()
        if entered > on or state_on(passed(row["steps"]), on) == InspectionState.DISCARDED:
            continue
        held_on = row["inspected_on"] if row["summary"].strip() and row["inspected_on"] <= on else None
        about = (row["district_id"], row["district__name"], row["district__applicant__name"] or "", row["district__is_demo"])
        yield PlannedInspection(row["pk"], *about, entered, row["planned_on"], held_on)


def planned_days(on: dt.date, years: Collection[int]) -> Mapping[tuple[int, int], dt.date] | None:
    """By year, the first day on which an inspection was planned; None if none was ever planned in the portal."""
    found = [(row.planned_on.year, row.entered) for row in _planned(on, None)]
    return {(0, year): day for year, day in sorted(found, reverse=True) if year in years} if found else None


def collect_visits(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Planned inspections, due on their day; the district sees one once it is issued."""
    calendar = day.terms.calendar
    for row in _planned(day.on, only):
        if row.held_on and row.held_on < day.since:
            continue
        due = calendar.roll_forward(row.planned_on)
        yield city_row(VISIT, str(row.pk), "监督检查", due, row.applicant)._replace(
            district_id=row.district_id,
            district=row.district,
            met_on=row.held_on,
            link=reverse("assessments:inspection", args=[row.pk]),
            how=How(f"{day_in_words(row.entered)}列入计划", f"计划于{day_in_words(row.planned_on)}检查", rolled(row.planned_on, due)),
            is_default_date=False,
            is_demo=row.is_demo,
            record=row.pk,
            year=row.planned_on.year,
            seen_by=INSIDE,
        )
