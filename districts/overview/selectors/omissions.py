"""Steps of 七（二） that plots and works have skipped, over districts; source of list, counts, workbook and boards."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from districts.common.enums import CheckResult, CheckStage, ControlBody, ControlDuty, ControlStep, OpinionPurpose
from districts.file.models.district import District
from districts.plots.lifecycle import RESUME
from districts.plots.models import Plot, PlotCheck, PlotIndicator, PlotOpinion
from districts.plots.omissions import CITES, Omission, PlotRecord, omissions_of
from districts.plots.selectors.as_of_day import OWED
from districts.plots.selectors.demands import Districts
from districts.projects.models import Work, WorkCheck, WorkIndicator
from districts.projects.omissions import CITE, WorkRecord, omissions_of_work
from greendistrict.core.django_internals import CompiledFor
from greendistrict.policy.loader import all_policies

OPEN, TOLD = "open", "told"
PLOT, WORK = "plot", "work"
PAGES = {PLOT: "districts:plot_control", WORK: "districts:work"}
SHOWN_DISTRICTS = 20
WHOSE = ("district__code", "district__name", "district__is_demo")
RECORDED = ("acquisition", "acquired_on", "started_on", "built_on", "planned_finish", "was_asked", "is_required", "was_checked")
WORK_RECORDED = ("started_on", "built_on", "is_required", "was_checked")
WAITING = PlotOpinion.objects.filter(OWED, purpose=OpinionPurpose.CONDITIONS, answered_on__isnull=True)


@dataclass(frozen=True)
class OmissionRow:
    """A skipped step: its plot or work, and whether reason and proof (补录说明) are recorded, so that it does not count."""

    code: str
    district: str
    is_demo: bool
    kind: str
    pk: int
    subject: str
    omission: Omission
    is_told: bool = False

    @property
    def href(self) -> str:
        """URL of the plot's control table or of the work."""
        return reverse(PAGES[self.kind], args=[self.code, self.pk])

    @property
    def cite(self) -> str:
        """Clause of the policy."""
        of_plots = self.kind == PLOT and self.omission.body != ControlBody.CHECKERS
        return CITES[self.omission.duty] if of_plots else CITE


def omission_rows(districts: Districts, today: dt.date) -> list[OmissionRow]:
    """Steps skipped by ``today``, by district and subject: three queries."""
    rows = list(_of_plots(districts, today))
    for row in WORKS.over(districts, today):
        record = WorkRecord(**{name: row[name] for name in WORK_RECORDED}, is_accepted=row["conforms"] is not None)
        rows += [_row(row, WORK, row["name"], omission) for omission in omissions_of_work(record, today, _is_in_force)]
    return rows


def _is_in_force(day: dt.date) -> bool:
    return any(policy.is_in_force(day) for policy in all_policies())


def _may_owe(today: dt.date) -> Q:
    """Condition that preselects every plot for which the rule (``omissions_of``) can find something by ``today``.

    In the order of the rule: overdue question, dates entered outside the control table, control resumed after the acquisition, completion,
    built without a check.
    """
    outside = Q(control__isnull=True) | Q(control__status=ControlStep.PREPARE)
    dated = Q(acquired_on__lte=today) | Q(started_on__lte=today) | Q(built_on__lte=today)
    planned = Q(planned_finish__isnull=True) | Q(planned_finish__lt=today)
    return (
        Q(pk__in=WAITING.filter(due_on__lt=today).values("plot"))
        | (outside & dated)
        | Q(control__steps__has_key=RESUME, acquired_on__lte=today)
        | (Q(control__status=ControlStep.COMPLETION) & planned)
        | (Q(built_on__lte=today) & Q(~_checked()))
    )


def _checked() -> Exists:
    """Condition of plots that a department has checked; a check that was only requested is none."""
    return Exists(PlotCheck.objects.filter(plot=OuterRef("pk")).exclude(result=CheckResult.ASKED))


def _plots(districts: Districts, today: dt.date) -> Any:
    asked = PlotOpinion.objects.filter(plot=OuterRef("pk"), purpose=OpinionPurpose.CONDITIONS)
    required = PlotIndicator.objects.filter(plot=OuterRef("pk")).exclude(required="")
    plots = Plot.objects.filter(_may_owe(today), buildable=True, district__in=districts).annotate(
        was_asked=Exists(asked),
        is_required=Exists(required),
        was_checked=_checked(),
        status=F("control__status"),
        with_scheme=F("control__with_scheme"),
        finished=F("control__steps__finish__on"),
        resumed=F("control__steps__resume__on"),
    )
    ordered = plots.order_by("district__is_demo", "district__area_code", "district__name_pinyin", "district", "number", "pk")
    return ordered.values("pk", "number", "backfill", "status", "with_scheme", "finished", "resumed", *RECORDED, *WHOSE)


def _first_waiting(districts: Districts) -> QuerySet[PlotOpinion, Any]:
    """Plot, deadline and department of the oldest open question about conditions of each plot."""
    first = WAITING.filter(plot__district__in=districts).order_by("plot", "due_on", "pk").distinct("plot")
    return first.values_list("plot", "due_on", "department")


def _works(districts: Districts, today: dt.date) -> Any:
    before = WorkCheck.objects.filter(work=OuterRef("pk"), stage__in=(CheckStage.APPROVAL, CheckStage.APPRAISAL)).exclude(
        result=CheckResult.ASKED
    )
    works = Work.objects.filter(Q(started_on__lte=today) | Q(built_on__lte=today), district__in=districts).annotate(
        is_required=Exists(WorkIndicator.objects.filter(work=OuterRef("pk"))), was_checked=Exists(before)
    )
    ordered = works.order_by("district__is_demo", "district__area_code", "district__name_pinyin", "district", "name", "pk")
    return ordered.values("pk", "name", "conforms", *WORK_RECORDED, *WHOSE)


PLOTS, WAITED_FOR, WORKS = CompiledFor(_plots, dt.date.min), CompiledFor(_first_waiting), CompiledFor(_works, dt.date.min)


def _of_plots(districts: Districts, today: dt.date) -> Iterator[OmissionRow]:
    waiting = {plot: (due_on, department) for plot, due_on, department in WAITED_FOR.over(districts)}
    for row in PLOTS.over(districts, today):
        finished = dt.date.fromisoformat(row["finished"]) if row["finished"] else None
        due_on, department = waiting.get(row["pk"], (None, ""))
        record = PlotRecord(
            **{name: row[name] for name in RECORDED},
            status=row["status"] or "",
            is_exempt=bool(row["with_scheme"]),
            due_on=due_on,
            department=department,
            finished_on=finished,
            is_resumed=row["resumed"] is not None,
        )
        for omission in omissions_of(record, today, _is_in_force):
            yield _row(row, PLOT, row["number"], omission, is_told=row["backfill"] is not None)


def _row(row: Mapping[str, Any], kind: str, subject: str, omission: Omission, *, is_told: bool = False) -> OmissionRow:
    code, name, is_demo = (row[column] for column in WHOSE)
    return OmissionRow(code, name, is_demo, kind, row["pk"], subject, omission, is_told)


def narrowed(rows: Iterable[OmissionRow], *, duty: str = "", body: str = "", kind: str = "", told: str = "") -> list[OmissionRow]:
    """Rows that match the filter of the list; those with reason and proof only on request."""
    return [
        row
        for row in rows
        if row.is_told == (told == TOLD)
        and duty in {"", row.omission.duty.value}
        and body in {"", row.omission.body.value}
        and kind in {"", row.kind}
    ]


@dataclass(frozen=True)
class DutyCount:
    """Number of steps skipped for a duty or by a body."""

    key: str
    label: str
    number: int


def by_duty(rows: Iterable[OmissionRow]) -> list[DutyCount]:
    """Counts by duty, including duties without any."""
    found = Counter(row.omission.duty for row in rows)
    return [DutyCount(duty.value, str(duty.label), found[duty]) for duty in ControlDuty]


def by_body(rows: Iterable[OmissionRow]) -> list[DutyCount]:
    """Counts by responsible body, including bodies without any."""
    found = Counter(row.omission.body for row in rows)
    return [DutyCount(body.value, str(body.label), found[body]) for body in ControlBody]


def by_district(rows: Iterable[OmissionRow]) -> list[dict[str, Any]]:
    """Code, name and ``is_demo`` of each district with its counts by duty (``duties``) and their sum (``total``), highest first."""
    held: dict[str, list[OmissionRow]] = {}
    for row in rows:
        held.setdefault(row.code, []).append(row)
    counted = [
        {"code": code, "name": own[0].district, "is_demo": own[0].is_demo, "duties": by_duty(own), "total": len(own)}
        for code, own in held.items()
    ]
    return sorted(counted, key=lambda district: -district["total"])


def open_omissions(district: District, today: dt.date) -> list[DutyCount]:
    """Counts of one district by duty, as in the list: steps skipped without reason and proof."""
    return by_duty(narrowed(omission_rows([district.pk], today)))
