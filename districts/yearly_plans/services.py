"""Services of yearly implementation plans (六（三）): works, document, filing and return."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from districts.common.enums import PlanStatus
from districts.file.models.district import District
from districts.file.rules import may_file_plan
from districts.file.services import assign, hold_constraints, locked
from districts.plausibility.comparisons import PlausibilityFinding, limits_of
from districts.plausibility.services import ask
from districts.plausibility.undertakings import asked_of_plan_item
from districts.yearly_plans.lifecycle import files_plan
from districts.yearly_plans.models import ImplementationPlan, PlanItem
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused
from greendistrict.documents.services import store
from greendistrict.policy import parameters
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.procedure import Taken

KIND = "年度实施计划"
FILER = "年度实施计划由实施主体编制并上报"
OPEN = (PlanStatus.DRAFT, PlanStatus.RETURNED)
COPIED = ("district_id", "work", "name", "department", "money", "money_source", "start", "finish", "note")
ITEM = ("district", "work", "name", "department", "money", "money_source", "start", "finish", "note")


def open_plan(*, authority: Organisation, year: int, by: User, copy_last: bool = False) -> ImplementationPlan:
    """Create the plan of a year; ``copy_last`` copies works from last year's plan that end after that year, as unconfirmed.

    Raises ``NotAllowed`` unless ``by`` acts for the authority, ``Refused`` for a second plan of the year.
    """
    NotAllowed.unless(may_file_plan(posts_of(by), authority), FILER)
    plan = ImplementationPlan(authority=authority, year=year, is_demo=authority.is_demo)
    with transaction.atomic():
        if ImplementationPlan.objects.filter(authority=authority, year=year).exists():
            raise Refused([Refusal(f"{year}年度的计划已经有了，请打开它修改", field="year")])
        hold_constraints(plan)
        plan.save()
        copied = _copy_last(plan) if copy_last else 0
        audit.record(action="districts.open_implementation_plan", by=by, obj=plan, data={"year": year, "copied": copied})
    return plan


def _copy_last(plan: ImplementationPlan) -> int:
    last = PlanItem.objects.filter(plan__authority=plan.authority, plan__year=plan.year - 1)
    going_on = last.filter(finish__year__gte=plan.year, district__in=plan.authority.districts_led.all()).order_by("pk")
    rows = [PlanItem(plan=plan, is_confirmed=False, **values) for values in going_on.values(*COPIED)]
    PlanItem.objects.bulk_create(rows)
    _keep_districts(plan)
    return len(rows)


def _keep_districts(plan: ImplementationPlan) -> None:
    """Set the plan's districts to those named by its works."""
    plan.districts.set(District.objects.filter(plan_items__plan=plan).distinct())


def _next_version(plan: ImplementationPlan, *changed: str) -> None:
    """Count up the plan's version, so that it cannot be filed from a page with other works or another document."""
    plan.version += 1
    plan.save(update_fields=[*changed, "version"])


def _open(plan: ImplementationPlan, version: int | None, by: User) -> ImplementationPlan:
    """Lock and return the plan if ``by`` may change it now. Raises ``NotAllowed``, ``Stale``, ``Closed``."""
    NotAllowed.unless(files_plan(posts_of(by), plan), FILER)
    stored = locked(plan, version)
    Closed.when(stored.status not in OPEN, "计划已经上报，不能修改；需要修改的，撤回上报，或请市级退回")
    return stored


def save_item(
    *,
    plan: ImplementationPlan,
    values: Mapping[str, Any],
    by: User,
    item: PlanItem | None = None,
    version: int | None = None,
    explanation: str = "",
) -> PlanItem:
    """Add or change a work; money in 万元. Saving also confirms a work copied from last year.

    Raises ``NotAllowed``, ``Stale`` (with the stored work), ``Closed``, ``Refused``, also with questions about money and days that
    ``explanation`` does not answer.
    """
    with transaction.atomic():
        stored_plan = _open(plan, None, by)
        stored = locked(item, version) if item else PlanItem(plan=stored_plan, district=values["district"])
        before = copy(stored) if item else None
        changed = assign(stored, {**{name: values[name] for name in ITEM if name in values}, "is_confirmed": True})
        if stored.district_id and not plan.authority.districts_led.filter(pk=stored.district_id).exists():
            raise Refused([Refusal(f"{stored.district}不由本单位实施", field="district")])
        hold_constraints(stored)
        asked = ask(stored, _questions, stored, before, explanation) if {"money", "start", "finish"} & set(changed) else None
        stored.version += 1 if item else 0
        stored.save()
        if asked is not None:
            asked.keep(stored, by)
        _keep_districts(stored_plan)
        _next_version(stored_plan)
        if changed:
            audit.record(action="districts.save_plan_item", by=by, obj=stored_plan, data={"item": str(stored), "changed": changed})
    return stored


def _questions(item: PlanItem, stored: PlanItem | None) -> list[PlausibilityFinding]:
    """What is asked about money and days of a work."""
    return asked_of_plan_item(
        item.money, stored.money if stored else None, [item.start, item.finish], item.plan.year, limits_of(parameters.load())
    )


def confirm_items(*, plan: ImplementationPlan, by: User, item: PlanItem | None = None) -> int:
    """Confirm that a work copied from last year holds in this year as it stands, all of them without ``item``; returns their number.

    Raises as ``save_item``.
    """
    with transaction.atomic():
        stored = _open(plan, None, by)
        waiting = stored.items.filter(is_confirmed=False, **({"pk": item.pk} if item else {}))
        confirmed = list(waiting.values_list("pk", "name"))
        if confirmed:
            stored.items.filter(pk__in=[pk for pk, _ in confirmed]).update(is_confirmed=True, version=F("version") + 1)
            _next_version(stored)
            audit.record(action="districts.confirm_plan_items", by=by, obj=stored, data={"items": [name for _, name in confirmed]})
    return len(confirmed)


def drop_item(*, item: PlanItem, by: User) -> None:
    """Delete a work of the plan. Raises as ``save_item``."""
    with transaction.atomic():
        plan = _open(item.plan, None, by)
        data = {"item": str(item), "district": item.district.code}
        audit.record(action="districts.drop_plan_item", by=by, obj=plan, data=data)
        item.delete()
        _keep_districts(plan)
        _next_version(plan)


def keep_document(*, plan: ImplementationPlan, upload: "UploadedFile[Any]", by: User) -> ImplementationPlan:
    """Store the plan's document; a new one becomes the next version of the old one. Raises as ``save_item``."""
    with transaction.atomic():
        stored = _open(plan, None, by)
        title = f"{stored.year}年度实施计划"
        stored.document = store(owner=stored, upload=upload, kind=KIND, title=title, by=by, replaces=stored.document)
        _next_version(stored, "document")
        audit.record(action="districts.plan_document", by=by, obj=stored, data={"sha256": stored.document.sha256})
    return stored


def drop_plan(*, plan: ImplementationPlan, by: User) -> None:
    """Delete a draft that was never filed. Raises ``Refused`` if it has ever been filed."""
    with transaction.atomic():
        stored = _open(plan, None, by)
        Refused.when(TransitionRecord.objects.filter(subject=audit.subject_of(stored)).exists(), "这份计划上报过，不能删除")
        audit.record(action="districts.drop_implementation_plan", by=by, obj=stored, data={"year": stored.year})
        stored.delete()


def missing_of(plan: ImplementationPlan) -> list[Refusal]:
    """Everything a plan lacks before it can be filed: works, money and schedule of each, a word on each that was copied from last year."""
    items = list(plan.items.select_related("district"))
    if not items:
        return [Refusal("计划里尚无工作，至少列入一个城区的一项工作")]
    missing = []
    if carried := [item.name for item in items if not item.is_confirmed]:
        where = f"{reverse('districts:implementation_plan_edit', args=[plan.pk])}#carried"
        missing.append(Refusal(f"沿用上年，尚未确认：{_names(carried)}", remedy="逐项核对，保存或者确认", href=where))
    if unfunded := [item.name for item in items if item.money is None]:
        missing.append(Refusal(f"没有填资金：{_names(unfunded)}", remedy="不需要资金的填0"))
    if undated := [item.name for item in items if not (item.start and item.finish)]:
        missing.append(Refusal(f"没有填进度：{_names(undated)}", remedy="填写计划开始和完成日期"))
    return missing


def _names(names: list[str]) -> str:
    most = 5
    return f"{'、'.join(names[:most])}等{len(names)}项" if len(names) > most else "、".join(names)


def on_file(taken: Taken) -> None:
    """Store today as the day of filing."""
    taken.obj.filed_on = clock.today()


def on_take_back(taken: Taken) -> None:
    """Clear the day of filing after a recall or return."""
    taken.obj.filed_on = None
