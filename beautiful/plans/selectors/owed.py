"""Quarters that owners of tasks have to report, and what lies on the work desk."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from beautiful.plans import rules
from beautiful.plans.content import DAYS, AskedQuarter, DayChange, ReportedTask
from beautiful.plans.models import REPORTERS, PlannedTask, QuarterlyProgress, TaskAdjustment, changed_fields
from beautiful.plans.questions import Quarter
from beautiful.plans.selectors.plans import report_page, waiting_for_check
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, memoisation
from greendistrict.core.django_internals import CompiledFor
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task

# Roles that report for an owner, by its kind; holders are in the owner or in bodies below it. For the city: the officer.
REPORTS = {
    OrganisationKind.AUTHORITY: (Role.AUTHORITY, Role.BUREAU),
    OrganisationKind.PARTNER: (Role.PARTNER,),
    OrganisationKind.CITY: (Role.CITY_OFFICER,),
}


class TaskOwed(NamedTuple):
    """A task with reporting duties: who acts for its owner, which quarters are due, first report of each quarter.

    ``joined`` is the first day on which somebody held a post that reports for the owner.
    """

    pk: int
    name: str
    owner_id: int
    owner: str
    kind: str
    bodies: tuple[int, ...]
    joined: dt.date | None
    days: ReportedTask
    filed: Mapping[Quarter, dt.date]
    is_demo: bool

    @property
    def roles(self) -> tuple[Role, ...]:
        """Posts that report for the owner."""
        return REPORTS[OrganisationKind(self.kind)]

    @property
    def is_of_authority(self) -> bool:
        """Whether the owner is a leading body of districts."""
        return self.kind == OrganisationKind.AUTHORITY

    def unreported(self, on: dt.date) -> list[AskedQuarter]:
        """Quarters owed on a day, oldest first; none once the plan was rolled over."""
        if self.days.closed_by(on):
            return []
        return [one for one in self.days.quarters_asked(on) if (one.year, one.quarter) not in self.filed]


def tasks_owed(since: dt.date, owners: Collection[int] | None = None) -> list[TaskOwed]:
    """Tasks of issued plans not rolled over by a day, of some owners or all; one query, none if a page has read all since an earlier day.

    Left out are city tasks that are sums of district tasks, and tasks without a number above district tasks: the districts report.
    """
    read = memoisation.once(_owed_by_day)
    known = next((rows for day, rows in read.items() if day <= since), None)
    if known is None:
        known = [_owed(row) for row in OWED.read(owners, dt.datetime.combine(since, dt.time(), clock.SHANGHAI))]
        if owners is None:
            read[since] = known
    mine = [row for row in known if owners is None or row.owner_id in owners]
    return [row for row in mine if row.days.rolled_on is None or row.days.rolled_on >= since]


def _owed_by_day() -> dict[dt.date, list[TaskOwed]]:
    """Tasks of all owners read so far for a page, by the day since which they matter."""
    return {}


def _reported(owners: Collection[int] | None, since: dt.datetime) -> QuerySet[PlannedTask]:
    """Queryset behind ``tasks_owed``."""
    tasks = PlannedTask.objects.filter(plan__issued_on__isnull=False)
    tasks = tasks.filter(Q(plan__next__isnull=True) | Q(plan__next__made_at__gte=since))
    if owners is not None:
        tasks = tasks.filter(owner__in=owners)
    below = PlannedTask.objects.filter(plan=OuterRef("plan"), task__city_task=OuterRef("task"))
    summed = below.filter(start_value__isnull=False, unit=OuterRef("unit"))
    tasks = tasks.exclude(Q(start_value__isnull=False) & Exists(summed)).exclude(Q(start_value__isnull=True) & Exists(below))
    return tasks.annotate(**_told()).select_related("plan__next", "task", "owner").order_by("task__number", "plan")


OWED = CompiledFor(_reported, dt.datetime(1, 1, 1, tzinfo=dt.UTC))  # read by every page with duties; building it takes 4 ms


def _told() -> dict[str, Any]:
    """Columns about reports, adjustments and people of a task, read in the same statement."""
    reports = QuarterlyProgress.objects.filter(planned=OuterRef("pk")).order_by()
    adjusted = TaskAdjustment.objects.filter(planned=OuterRef("pk")).order_by()
    own = Q(organisation=OuterRef("owner")) | Q(organisation__parent=OuterRef("owner"))
    posts = Post.objects.filter(own, role__in={role for roles in REPORTS.values() for role in roles})
    return {
        "told_reports": ArraySubquery(reports.values_list(JSONObject(year=F("year"), quarter=F("quarter"), at=F("filed_at")))),
        "told_changes": ArraySubquery(adjusted.values_list(JSONObject(on=F("decided_on"), changes=F("changes")))),
        "told_bodies": ArraySubquery(Organisation.objects.filter(parent=OuterRef("owner")).order_by().values("pk")),
        "told_joined": Subquery(posts.order_by("valid_from").values("valid_from")[:1]),
    }


def _owed(row: PlannedTask) -> TaskOwed:
    told = vars(row)
    issued = row.plan.issued_on or dt.date.max
    changes = [change for one in told["told_changes"] for change in _changes(dt.date.fromisoformat(one["on"]), one["changes"])]
    return TaskOwed(
        pk=row.pk,
        name=str(row),
        owner_id=row.owner_id,
        owner=row.owner.name,
        kind=row.owner.kind,
        bodies=(row.owner_id, *told["told_bodies"]),
        joined=told["told_joined"],
        days=ReportedTask(row.starts_on, row.due_on, row.plan.years, issued, row.plan.rolled_on, changes),
        filed={
            (one["year"], one["quarter"]): dt.datetime.fromisoformat(one["at"]).astimezone(clock.SHANGHAI).date()
            for one in told["told_reports"]
        },
        is_demo=row.is_demo,
    )


def _changes(on: dt.date, lines: Sequence[Mapping[str, str]]) -> list[DayChange]:
    """Changes of days and owner of a task, parsed from the recorded lines of an adjustment."""
    changed = changed_fields(lines)
    days = [dt.date.fromisoformat(changed[name][0]) if name in changed else None for name in DAYS]
    found = [DayChange(on)] if "owner" in changed else []
    return [*found, DayChange(on, *days)] if any(days) else found


def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: past quarters without a report, of tasks for whose owner the person reports. One query."""
    held = viewer.held
    if not held.has(*REPORTERS):
        return []
    reports = [
        Task(
            title=f"报送{asked.year}年第{asked.quarter}季度进展",
            subject=owed.name,
            link=report_page(owed.pk, (asked.year, asked.quarter)),
            since=dt.datetime.combine(asked.opens, dt.time(), tzinfo=clock.SHANGHAI),
            kind="beautiful.quarter",
            is_demo=owed.is_demo,
        )
        for owed in tasks_owed(viewer.today, rules.bodies_of(held))
        if not held.organisations_as(*owed.roles).isdisjoint(owed.bodies)
        for asked in owed.unreported(viewer.today)
    ]
    return [*reports, *_to_confirm(viewer)]


@among(waiting_for_check)
def _to_confirm(viewer: Viewer) -> list[Task]:
    """Reports that the person may check; no query for people outside the city."""
    held = viewer.held
    if not rules.reads_all(held):
        return []
    return [
        Task(
            title=f"核对{row.year}年第{row.quarter}季度进展",
            subject=str(row.planned),
            link=reverse("beautiful:progress_check", args=[row.pk]),
            since=row.reported_at,
            kind="beautiful.check",
            is_demo=row.planned.is_demo,
        )
        for row in waiting_for_check()
        if rules.may_confirm(held, row)
    ]
