"""The yearly implementation plan of an authority (六（三）)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.models import District, ImplementationPlan
from districts.rules import may_file_plan
from districts.services.locking import hold_constraints, locked
from greendistrict.accounts.models import Organisation, User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store

KIND = "年度实施计划"


def save_implementation_plan(
    *,
    authority: Organisation,
    year: int,
    districts: Iterable[District],
    by: User,
    filed_on: dt.date | None = None,
    upload: "UploadedFile[Any] | None" = None,
    plan: ImplementationPlan | None = None,
    version: int | None = None,
) -> ImplementationPlan:
    """Make or change the plan of a year; with ``filed_on`` it counts as filed with the city from that day.

    Raises ``NotAllowed`` unless ``by`` acts for the authority, ``Stale``, ``Refused`` (filed in the future, without districts,
    with a district of somebody else, a second plan of the year).
    """
    if not may_file_plan(by, authority):
        msg = "年度实施计划由实施主体编制并上报"
        raise NotAllowed(msg)
    chosen = list(districts)
    if problems := _problems(authority, chosen, filed_on):
        raise Refused(problems)
    with transaction.atomic():
        stored = locked(plan, version) if plan else ImplementationPlan(authority=authority, is_demo=authority.is_demo)
        before = _listed(stored) if plan else []
        stored.year, stored.filed_on = year, filed_on
        hold_constraints(stored)
        stored.version += 1 if plan else 0
        stored.save()
        stored.districts.set(chosen)
        if upload:
            title = f"{year}年度实施计划"
            stored.document = store(owner=stored, upload=upload, kind=KIND, title=title, by=by, replaces=stored.document)
            stored.save(update_fields=["document"])
        data = {"year": year, "filed_on": str(filed_on or ""), "before": before, "after": _listed(stored)}
        audit.record(action="districts.save_implementation_plan", by=by, obj=stored, data=data)
    return stored


def _listed(plan: ImplementationPlan) -> list[str]:
    return sorted(plan.districts.values_list("code", flat=True))


def _problems(authority: Organisation, chosen: list[District], filed_on: dt.date | None) -> list[Refusal]:
    problems = []
    own = set(authority.districts_led.values_list("pk", flat=True))
    if strangers := [district.name for district in chosen if district.pk not in own]:
        problems.append(Refusal(f"{'、'.join(strangers)}不由本单位实施", field="districts"))
    if filed_on and not chosen:
        problems.append(Refusal("上报的计划至少列入一个城区", field="districts"))
    if filed_on and filed_on > clock.today():
        problems.append(Refusal("上报日期不能晚于今天", field="filed_on"))
    return problems
