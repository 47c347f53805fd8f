"""Decide on links, record and withdraw figures of the city; every act is audited."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from beautiful.area_indicators.models import AreaFigure, DimensionLinkDecision
from beautiful.area_indicators.questions import asked_of_figure
from beautiful.area_indicators.selectors import earlier_figure, links_in_force, may_record, may_withdraw, told_of
from beautiful.frame.programme import programme
from districts.file.services import hold_constraints
from districts.plausibility.comparisons import limits_of
from districts.plausibility.services import ask
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.policy import parameters

ONLY = "方面的对应和市级指标由“美丽上海统筹”的岗位登记"


@transaction.atomic
def decide_link(*, dimension: str, areas: Sequence[str], on: dt.date, basis: str, reason: str, by: User) -> DimensionLinkDecision:
    """Record which areas a dimension belongs to once another person has checked it. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_record(posts_of(by)), ONLY)
    chosen = [area.key for area in programme().areas if area.key in areas]
    found = []
    if on > clock.today():
        found.append(Refusal("决定日期不能晚于今天", field="on"))
    if not basis.strip():
        found.append(Refusal("请填写依据文件", field="basis"))
    if not reason.strip():
        found.append(Refusal("请写明理由", field="reason"))
    before = links_in_force().get(dimension, ())
    if set(before) == set(chosen):
        found.append(Refusal("没有变化，不需登记", field="areas"))
    if found:
        raise Refused(found)
    said = {"decided_on": on, "basis": basis.strip(), "reason": reason.strip()}
    made = DimensionLinkDecision(dimension=dimension, areas=chosen, **said, recorded_at=clock.now(), recorded_by=by)
    hold_constraints(made)
    made.save()
    data = {"dimension": dimension, "before": sorted(before), "after": sorted(chosen), "basis": made.basis}
    audit.record(action="beautiful.decide_link", by=by, obj=made, data=data)
    return made


@transaction.atomic
def record_figure(*, area: str, values: Mapping[str, Any], by: User, explanation: str = "") -> AreaFigure:
    """Record a figure of the city, which counts once another person has checked it.

    Raises ``NotAllowed``, ``Refused``, also with questions that ``explanation`` does not answer.
    """
    NotAllowed.unless(may_record(posts_of(by)), ONLY)
    given: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    found = [Refusal(f"请填写{label}", field=name) for name, label in (("name", "指标"), ("source", "出处")) if not given[name]]
    if given["year"] > clock.today().year:
        found.append(Refusal("年度不能晚于今年", field="year"))
    if found:
        raise Refused(found)
    made = AreaFigure(area=area, **given, recorded_at=clock.now(), recorded_by=by)
    hold_constraints(made)
    limits = limits_of(parameters.load())
    asked = ask(made, lambda now, _: asked_of_figure(told_of(now), earlier_figure(now), limits, clock.today()), made, None, explanation)
    made.save()
    asked.keep(made, by)
    data = {"area": area, "name": made.name, "year": made.year, "value": str(made.value), "source": made.source}
    audit.record(action="beautiful.record_figure", by=by, obj=made, data=data)
    return made


@transaction.atomic
def withdraw_figure(*, figure: AreaFigure, reason: str, by: User) -> AreaFigure:
    """Withdraw a figure of the city, or send it back before it is checked; it stays on record. Raises ``NotAllowed``, ``Refused``."""
    held = AreaFigure.objects.select_for_update(of=("self",), no_key=True).get(pk=figure.pk)
    Refused.when(held.withdrawn_at, "这个指标已经撤销")
    NotAllowed.unless(may_withdraw(posts_of(by), held), ONLY)
    if not reason.strip():
        raise Refused([Refusal("请写明理由", field="reason")])
    held.withdrawal, held.withdrawn_at, held.withdrawn_by = reason.strip(), clock.now(), by
    held.save()
    audit.record(
        action="beautiful.withdraw_figure", by=by, obj=held, data={"name": held.name, "year": held.year, "reason": held.withdrawal}
    )
    return held
