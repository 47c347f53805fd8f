"""Visible yearly plans, and the works they list for a district."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse

from districts.common.enums import PlanStatus
from districts.file.models.district import District
from districts.file.rules import bodies_as
from districts.file.selectors.visibility import authorities_choosable
from districts.yearly_plans.calendar import NEAR_DAYS, PlanDeadline, deadline_of, decided_plans, plan_dues
from districts.yearly_plans.comparison import GONE, KEPT, NEW, WorkPair, compared, money_of
from districts.yearly_plans.lifecycle import IMPLEMENTATION_PLAN
from districts.yearly_plans.models import ImplementationPlan, PlanItem
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.charts import Span, drawn_days, gantt
from greendistrict.policy.duty_table import SETTING
from greendistrict.workflow import timeline
from greendistrict.workflow.machine import State
from greendistrict.workflow.task_rows import TaskRows
from greendistrict.workflow.todo import Task

MOST_DRAWN = 30  # works on one picture

# Yearly plans a user sees.


def implementation_plans_visible_to(viewer: Viewer) -> QuerySet[ImplementationPlan]:
    """Yearly plans: the own ones for authorities and their bureaus, filed ones for the city's side, noted ones for partners."""
    held = viewer.held
    plans = ImplementationPlan.objects.select_related("authority", "document")
    if held.is_keeper or not held.roles:
        return plans.none()
    own = Q(authority_id__in=bodies_as(held, Role.AUTHORITY, Role.BUREAU))
    if held.is_city or held.has(Role.SECRETARIAT):
        return plans.filter(own | ~Q(status=PlanStatus.DRAFT))
    if held.has(Role.PARTNER):
        return plans.filter(own | Q(status=PlanStatus.NOTED))
    return plans.filter(own)


# Yearly implementation plans as shown on pages.


@dataclass(frozen=True)
class PlanRow:
    """A plan in the list with its state in words."""

    plan: Any
    state: State


def plan_rows(viewer: Viewer) -> list[PlanRow]:
    """Visible plans, newest year first, with number of districts and works and the money; one query."""
    plans = implementation_plans_visible_to(viewer).annotate(
        listed=Count("items__district", distinct=True), works=Count("items", distinct=True), money=Sum("items__money")
    )
    return [PlanRow(plan, IMPLEMENTATION_PLAN.state(plan.status)) for plan in plans.order_by("-year", "authority__admin_code", "pk")]


def items_of(plan: ImplementationPlan) -> list[PlanItem]:
    """Works of a plan by district, in the order of the plan."""
    return list(plan.items.select_related("district").order_by("district__name_pinyin", "district_id", "work", "start", "pk"))


def listed_for(districts: Collection[int], year: int) -> dict[int, list[PlanItem]]:
    """Works by district in the filed plans of ``year``, from all leading bodies; one query for all."""
    rows = PlanItem.objects.filter(district__in=districts, plan__year=year, plan__filed_on__isnull=False)
    listed: dict[int, list[PlanItem]] = {}
    for row in rows.select_related("plan__authority").order_by("plan__authority__admin_code", "work", "start", "pk"):
        listed.setdefault(row.district_id, []).append(row)
    return listed


def last_year(plan: ImplementationPlan) -> ImplementationPlan | None:
    """The plan of the year before, filed or not."""
    return ImplementationPlan.objects.filter(authority=plan.authority, year=plan.year - 1).first()


@dataclass(frozen=True)
class PlanComparison:
    """Comparison of this year's plan with last year's."""

    before: ImplementationPlan
    pairs: list[WorkPair]
    money_before: Decimal

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Numbers of new, continued and dropped works, with their words."""
        return [(how, sum(pair.how == how for pair in self.pairs)) for how in (NEW, KEPT, GONE)]


def comparison_of(plan: ImplementationPlan, items: Iterable[PlanItem]) -> PlanComparison | None:
    """The comparison; None if there is no plan of the year before."""
    before = last_year(plan)
    if before is None:
        return None
    old = items_of(before)
    return PlanComparison(before, compared(items, old), money_of(old))


def unlisted(plan: ImplementationPlan) -> QuerySet[District]:
    """Districts of the authority that the plan does not list."""
    led = plan.authority.districts_led.filter(guideline_area=False, merged_into=None)
    return led.exclude(pk__in=plan.items.values("district_id")).order_by("name_pinyin")


def steps_of(plan: ImplementationPlan) -> list[dict[str, Any]]:
    """Steps of the plan for ``components/timeline.html``, newest first."""
    return [
        {
            "at": record.at,
            "title": timeline.action_label(record),
            "who": "　".join(part for part in (record.organisation, record.actor_name) if part),
            "note": record.reason,
        }
        for record in reversed(timeline.of_subject(plan))
    ]


def waiting_plans(viewer: Viewer) -> QuerySet[ImplementationPlan]:
    """Visible plans that are with the city and not taken note of yet."""
    return implementation_plans_visible_to(viewer).filter(status=PlanStatus.FILED)


PLAN_DUE = "plan_due"
FILED = TaskRows(lambda: ImplementationPlan.objects.filter(status=PlanStatus.FILED))


def plan_tasks(viewer: Viewer) -> list[Task]:
    """Tasks: filed plans for the city's 经办; drafts, returned plans and next year's plan with its deadline for the authority."""
    held, tasks = viewer.held, []
    if held.has(Role.CITY_OFFICER) and FILED.exist:
        tasks += [_task("接收年度实施计划", plan, detail=SETTING) for plan in waiting_plans(viewer)]
    if held.has(Role.AUTHORITY):
        tasks += _own_tasks(viewer)
    return tasks


def _task(title: str, plan: ImplementationPlan, deadline: PlanDeadline | None = None, detail: str = "六（三）") -> Task:
    link, due = reverse("districts:implementation_plan_edit", args=[plan.pk]), deadline and deadline.awaited_on
    task = Task(title=title, subject=str(plan), link=link, due=due, detail=detail, kind="implementation_plan", is_demo=plan.is_demo)
    return replace(task, rests_on=PLAN_DUE) if deadline and not deadline.is_moved else task


def _own_tasks(viewer: Viewer) -> list[Task]:
    today, bodies = viewer.today, bodies_as(viewer.held, Role.AUTHORITY)
    plans = list(implementation_plans_visible_to(viewer).filter(authority_id__in=bodies, year__gte=today.year))
    year = today.year + 1
    dues, decided = plan_dues({plan.year for plan in plans} | {year}), decided_plans()

    def until(body: int, of: int) -> PlanDeadline:
        return deadline_of(body, of, dues[of], decided)

    words = {PlanStatus.DRAFT: "上报年度实施计划", PlanStatus.RETURNED: "修改并重新上报年度实施计划"}
    begun = [plan for plan in plans if plan.status in words]
    tasks = [_task(words[PlanStatus(plan.status)], plan, until(plan.authority_id, plan.year)) for plan in begun]
    if (dues[year] - today).days > NEAR_DAYS:
        return tasks
    have = {plan.authority_id for plan in plans if plan.year == year}
    lacking = authorities_choosable().filter(pk__in=bodies).exclude(pk__in=have)
    awaited = [(body, until(body.pk, year)) for body in lacking]
    return tasks + [_begin(body, year, deadline) for body, deadline in awaited if not deadline.is_waived]


def _begin(authority: Organisation, year: int, deadline: PlanDeadline) -> Task:
    link = reverse("districts:implementation_plan_create")
    return Task(
        title="编制年度实施计划",
        subject=f"{authority}{year}年度实施计划",
        link=link,
        due=deadline.day,
        detail="六（三）",
        kind="implementation_plan",
        is_demo=authority.is_demo,
        rests_on="" if deadline.is_moved else PLAN_DUE,
    )


@dataclass(frozen=True)
class PlanSchedule:
    """Works of a plan over the months, the first of them where there are many; how many lack a day, and how many found no room.

    ``has_today``: whether today lies within the months that are drawn.
    """

    drawing: ChartDrawing
    has_today: bool
    undated: int
    unshown: int


def schedule_of(items: Sequence[PlanItem], today: dt.date) -> PlanSchedule | None:
    """Planned periods of the works with both days, earliest first; None if there are none."""
    dated = sorted((item.start, item.finish, item.name) for item in items if item.start and item.finish)
    if not dated:
        return None
    rows = [Span(name, start, finish) for start, finish, name in dated[:MOST_DRAWN]]
    drawing = ChartDrawing(gantt, rows, today=today, title="列入工作的计划起止日期")
    first, last = drawn_days(rows)
    return PlanSchedule(drawing, first <= today <= last, len(items) - len(dated), len(dated) - len(rows))
