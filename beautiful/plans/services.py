"""Write plans: tasks, issue, adjustments, roll-over; every act is audited."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from beautiful.frame.programme import programme
from beautiful.plans import rules
from beautiful.plans.models import (
    CONTENT,
    GOES_ON,
    ActionPlan,
    ActionTask,
    PlannedTask,
    PlanStanding,
    RollOutcome,
    RollOverRevocation,
    TaskAdjustment,
)
from districts.file.services import assign, hold_constraints, label_of, locked
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.reference_numbers import next_number

PREFIX = "MS"
COORDINATOR = "三年行动计划由“美丽上海统筹”的岗位编制和调整"
CLOSED = "计划已经印发，任务只能凭决定调整"
COPIED = (*CONTENT, "owner")


class RollDecision(NamedTuple):
    """Outcome of one task, with its reason."""

    outcome: RollOutcome
    reason: str = ""


def _hold_plan(plan: ActionPlan, by: User) -> ActionPlan:
    NotAllowed.unless(rules.coordinates(posts_of(by)), COORDINATOR)
    return ActionPlan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)


@transaction.atomic
def make_plan(*, first_year: int, is_demo: bool, by: User) -> ActionPlan:
    """Create the first plan of a series; later ones come by roll-over. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(rules.coordinates(posts_of(by)), COORDINATOR)
    made = ActionPlan(first_year=first_year, is_demo=is_demo, made_at=clock.now(), made_by=by)
    before = ActionPlan.objects.filter(is_demo=is_demo).order_by("-first_year").first()
    Refused.when(before is not None, f"已有{before}，下一轮由它滚动产生")
    hold_constraints(made)
    made.save()
    audit.record(action="beautiful.make_plan", by=by, obj=made, data={"first_year": first_year})
    return made


def _refuse_misfit(plan: ActionPlan, values: Mapping[str, Any], partners: list[Organisation]) -> None:
    """Refuse days outside the plan, a mix of real and fictional bodies, and a number without unit."""
    first, last = dt.date(plan.first_year, 1, 1), dt.date(plan.last_year, 12, 31)
    found = []
    if not first <= values["due_on"] <= last:
        found.append(Refusal(f"完成日期应在{plan.first_year}—{plan.last_year}年内", field="due_on"))
    if any(one.is_demo != plan.is_demo for one in (values["owner"], *partners)):
        found.append(Refusal("演示计划只用虚构单位，正式计划只用真实单位", field="owner"))
    if values["owner"] in partners:
        found.append(Refusal("责任单位不再列为配合单位", field="partners"))
    if values.get("target_value") is not None and not values.get("unit"):
        found.append(Refusal("有目标值的任务填写单位", field="unit"))
    if found:
        raise Refused(found)


@transaction.atomic
def add_task(*, plan: ActionPlan, values: Mapping[str, Any], by: User, city_task: PlannedTask | None = None) -> PlannedTask:
    """Add a task to a draft; with ``city_task`` a district task below it. Raises ``NotAllowed``, ``Refused``."""
    held = _hold_plan(plan, by)
    Refused.unless(held.standing == PlanStanding.DRAFT, CLOSED)
    given = dict(values)
    partners = list(given.pop("partners", ()))
    about = {name: given.pop(name, "") for name in ("area", "phrase", "vanguard")}
    if city_task is not None:
        Refused.when(city_task.plan_id != held.pk or city_task.task.city_task_id is not None, "区任务只能分解自本计划的市级任务")
        above = city_task.task
        about, given = {"area": above.area, "phrase": above.phrase, "vanguard": above.vanguard}, {**given, "unit": city_task.unit}
    phrases = next((area.tasks for area in programme().areas if area.key == about["area"]), ())
    if about["phrase"] and about["phrase"] not in phrases:
        raise Refused([Refusal("这一条不在所选领域的原文里", field="phrase")])
    _refuse_misfit(held, given, partners)
    task = ActionTask(
        number=next_number(PREFIX, held.first_year), city_task=city_task.task if city_task else None, is_demo=held.is_demo, **about
    )
    hold_constraints(task)
    task.save()
    made = PlannedTask(plan=held, task=task, **given)
    hold_constraints(made)
    made.save()
    made.partners.set(partners)
    audit.record(action="beautiful.add_task", by=by, obj=made, data={"number": task.number, "owner": made.owner.name})
    return made


@transaction.atomic
def save_task(*, planned: PlannedTask, values: Mapping[str, Any], version: int | None, by: User) -> PlannedTask:
    """Change a task of a draft. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    plan = _hold_plan(planned.plan, by)
    Refused.unless(plan.standing == PlanStanding.DRAFT, CLOSED)
    stored = locked(planned, version)
    changes = _changed(stored, plan, values)
    if changes:
        stored.version += 1
        stored.save()
        audit.record(action="beautiful.save_task", by=by, obj=stored, data={"changes": changes})
    return stored


def _changed(stored: PlannedTask, plan: ActionPlan, values: Mapping[str, Any]) -> list[dict[str, str]]:
    given = {name: value for name, value in values.items() if name in COPIED}
    partners = list(values.get("partners", stored.partners.all()))
    _refuse_misfit(plan, {**{name: getattr(stored, name) for name in COPIED}, **given}, partners)
    for name in ("start_value", "target_value"):  # the lines show them without the zeros that the database keeps
        if (number := getattr(stored, name)) is not None:
            setattr(stored, name, Decimal(f"{number.normalize():f}"))
    held = {name: getattr(stored, name) for name in given}
    found = [{"label": label_of(stored, name), "before": _text(held[name]), "after": _text(given[name])} for name in assign(stored, given)]
    hold_constraints(stored)
    before, after = sorted(partner.name for partner in stored.partners.all()), sorted(partner.name for partner in partners)
    if before != after:
        stored.partners.set(partners)
        found.append({"label": label_of(stored, "partners"), "before": "、".join(before), "after": "、".join(after)})
    return found


def _text(value: Any) -> str:
    """Whole value, since the content of past quarters is read from it."""
    return "" if value is None else str(value)


@transaction.atomic
def issue_plan(*, plan: ActionPlan, on: dt.date, basis: str, by: User) -> ActionPlan:
    """Record the issue of a plan that has at least one task. Raises ``NotAllowed``, ``Refused``."""
    held = _hold_plan(plan, by)
    Refused.unless(held.standing == PlanStanding.DRAFT, "计划已经印发")
    Refused.unless(held.planned.exists(), "计划没有任务，不能印发")
    found = []
    if on > clock.today():
        found.append(Refusal("印发日期不能晚于今天", field="on"))
    if not basis.strip():
        found.append(Refusal("请填写依据文件", field="basis"))
    if found:
        raise Refused(found)
    held.issued_on, held.basis, held.issued_at, held.issued_by = on, basis.strip(), clock.now(), by
    held.save()
    audit.record(action="beautiful.issue_plan", by=by, obj=held, data={"on": on.isoformat(), "basis": held.basis})
    return held


@transaction.atomic
def adjust_task(
    *, planned: PlannedTask, values: Mapping[str, Any], on: dt.date, basis: str, reason: str, version: int | None, by: User
) -> TaskAdjustment:
    """Change a task of a plan in force by a recorded decision. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    plan = _hold_plan(planned.plan, by)
    Refused.unless(plan.standing == PlanStanding.IN_FORCE and not planned.outcome, "只有执行中的计划任务可以调整")
    if on > clock.today():
        raise Refused([Refusal("决定日期不能晚于今天", field="on")])
    stored = locked(planned, version)
    changes = _changed(stored, plan, values)
    Refused.unless(changes, "没有变化，不需登记调整")
    stored.version += 1
    stored.save()
    made = TaskAdjustment(
        planned=stored, decided_on=on, basis=basis.strip(), reason=reason.strip(), changes=changes, recorded_at=clock.now(), recorded_by=by
    )
    hold_constraints(made)
    made.save()
    audit.record(action="beautiful.adjust_task", by=by, obj=stored, data={"changes": changes, "basis": made.basis})
    return made


@transaction.atomic
def roll_over(*, plan: ActionPlan, decisions: Mapping[int, RollDecision], by: User) -> ActionPlan:
    """Create the next plan, one year later, from the decisions about all tasks; tasks that continue are linked to their predecessors.

    Raises ``NotAllowed``, ``Refused`` with every task that is undecided, lacks a reason, or ends above a district task that continues.
    """
    held = _hold_plan(plan, by)
    Refused.unless(held.issued_on, "计划印发以后才能滚动")
    Refused.when(held.rolled_into, "计划已经滚动")
    rows = list(held.planned.select_for_update(of=("self",), no_key=True).select_related("task", "owner").order_by("task__number"))
    if found := list(_undecided(rows, decisions)):
        raise Refused(found)
    made = ActionPlan(first_year=held.first_year + 1, is_demo=held.is_demo, previous=held, made_at=clock.now(), made_by=by)
    hold_constraints(made)
    made.save()
    for row in rows:
        decided = decisions[row.pk]
        row.outcome, row.outcome_reason = decided.outcome, decided.reason.strip()
        row.version += 1
        row.save()
        if decided.outcome in GOES_ON:
            after = PlannedTask.objects.create(plan=made, task=row.task, previous=row, **{name: getattr(row, name) for name in COPIED})
            after.partners.set(row.partners.all())
    counts = {outcome.value: sum(decision.outcome == outcome for decision in decisions.values()) for outcome in RollOutcome}
    audit.record(action="beautiful.roll_plan", by=by, obj=made, data={"from": str(held), **counts})
    return made


def _undecided(rows: list[PlannedTask], decisions: Mapping[int, RollDecision]) -> Any:
    going = {row.task.city_task_id for row in rows if row.pk in decisions and decisions[row.pk].outcome in GOES_ON}
    for row in rows:
        decided = decisions.get(row.pk)
        if decided is None:
            yield Refusal(f"{row}：请选择滚动结果", field=f"outcome_{row.pk}")
        elif decided.outcome in {RollOutcome.CHANGED, RollOutcome.ENDED} and not decided.reason.strip():
            yield Refusal(f"{row}：请写明理由", field=f"reason_{row.pk}")
        elif decided.outcome not in GOES_ON and row.task_id in going:
            yield Refusal(f"{row}：还有区任务结转，市级任务不能先结束", field=f"outcome_{row.pk}")


@transaction.atomic
def revoke_roll_over(*, plan: ActionPlan, reason: str, by: User) -> RollOverRevocation:
    """Revoke a roll-over while the next plan is a draft: the draft and its tasks are deleted, all tasks of ``plan`` continue.

    The decisions stay on record. Raises ``NotAllowed``, ``Refused``.
    """
    held = _hold_plan(plan, by)
    after = ActionPlan.objects.select_for_update(of=("self",), no_key=True).filter(previous=held).first()
    if after is None:
        raise Refused([Refusal("计划没有滚动，不需撤销")])
    Refused.when(after.issued_on, f"{after}已经印发，不能撤销滚动；任务凭决定调整")
    if not reason.strip():
        raise Refused([Refusal("请写明理由", field="reason")])
    rows = list(held.planned.select_for_update(of=("self",), no_key=True).select_related("task").order_by("task__number"))
    drafted = list(after.planned.select_related("task").order_by("task__number"))
    new = [row.task_id for row in drafted if row.previous_id is None]
    made = RollOverRevocation.objects.create(
        plan=held,
        reason=reason.strip(),
        decided=[{"task": str(row), "outcome": row.get_outcome_display(), "reason": row.outcome_reason} for row in rows],
        dropped=[str(row) for row in drafted if row.previous_id is None],
        revoked_at=clock.now(),
        revoked_by=by,
    )
    after.planned.all().delete()
    ActionTask.objects.filter(pk__in=new, city_task__isnull=False).delete()
    ActionTask.objects.filter(pk__in=new).delete()
    words = str(after)
    after.delete()
    for row in rows:
        row.outcome, row.outcome_reason = "", ""
        row.version += 1
        row.save()
    audit.record(action="beautiful.revoke_roll", by=by, obj=held, data={"draft": words, "reason": made.reason, "dropped": made.dropped})
    return made
