"""Taking a plot through its control table (七（二）). Every step has its day; what it decides is written to the plot with it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from districts.common.enums import Acquisition, ControlStep, Level, OpinionPurpose
from districts.file.services.locking import hold_constraints, locked
from districts.land.landuse import is_industrial
from districts.plots.models import Plot, PlotControl, PlotOpinion
from districts.plots.plotfacts import control_facts
from districts.plots.plotlifecycle import TABLES
from districts.plots.rules import records_plot
from districts.plots.selectors.plotpage import in_words
from districts.plots.selectors.plots import housing_bodies
from districts.plots.services.plotvalues import require
from greendistrict.accounts.models import Organisation, User
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.policy import parameters
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.services import perform

NUMBERED = {"contract": "合同编号", "land_opinion": "规划土地意见书文号", "allocate": "划拨决定书文号", "complete": "竣工验收报告编号",
            "complete_short": "竣工验收报告编号", "correct": "复验报告编号"}  # fmt: skip
DATED = (*NUMBERED, "pass_design", "pass_drawings", "begin", "finish", "exempt_design")
ACQUIRING = ("contract", "allocate")
COMPLETING = {"complete": True, "complete_short": False, "correct": True}
CLEARED = {"design": ("acquired_on",), "site": ("started_on",), "done": ("built_on", "conforms"), "short": ("built_on", "conforms")}


@dataclass(frozen=True)
class Step:
    """A step as typed: its day, the number of its document, the reason where one is asked."""

    action: str
    on: dt.date | None = None
    number: str = ""
    reason: str = ""


def open_control(*, plot: Plot, table: str, by: User, with_scheme: bool = False) -> PlotControl:
    """Begin the control table for the way the land is got; before the first step the table may be changed.

    Raises ``NotAllowed``, ``Refused`` (a kept plot, one acquired or built outside, a table that runs, a scheme on other land).
    """
    with transaction.atomic():
        stored = locked(plot, None)
        control = PlotControl.objects.select_for_update(no_key=True).filter(plot=stored).first() or PlotControl(plot=stored)
        control.plot = stored
        if not records_plot(by, control):
            msg = "地块管控由申报主体填报人或区级部门登记"
            raise NotAllowed(msg)
        if found := _against_opening(stored, control, table, with_scheme=with_scheme):
            raise Refused(found)
        control.table, control.with_scheme = table, with_scheme
        hold_constraints(control)
        control.save()
        Plot.objects.filter(pk=stored.pk).update(acquisition=table)
        audit.record(action="districts.open_control", by=by, obj=control, data={"plot": stored.number, "table": table})
    return control


def _against_opening(plot: Plot, control: PlotControl, table: str, *, with_scheme: bool) -> list[Refusal]:
    found = []
    if table not in TABLES:
        found.append(Refusal("请选择取得方式", field="table"))
    if not plot.buildable:
        found.append(Refusal("保留地块不办理建设管控"))
    if plot.acquired_on or plot.built_on:
        found.append(Refusal("地块的取得或建成已补录，不再逐步办理", remedy="清空补录的日期后启动管控"))
    if control.pk and control.status != ControlStep.PREPARE:
        found.append(Refusal("管控已启动，取得方式不能再改", remedy="退回到未启动后修改"))
    if with_scheme and (table != Acquisition.GRANT or not is_industrial(plot.land_use_code)):
        text = "带方案出让只用于工业园区内出让的工业用地（1001）"
        found.append(Refusal(text, rule="PLOT-DESIGN", cite="七（二）2", field="with_scheme"))
    return found


def ask_conditions(
    *, control: PlotControl, level: str, organisation: Organisation, by: User, on: dt.date | None = None, version: int | None = None
) -> PlotOpinion:
    """Ask the 住建 body of the land supplier's level for the green requirements (七（二）1); due after ``plot_consult_days``.

    Raises ``NotAllowed``, ``Stale``, ``Refused`` (a body of another level, a day to come).
    """
    day = on or clock.today()
    with transaction.atomic():
        stored = _held(control, version)
        if organisation not in housing_bodies(stored.plot.district, level):
            text = f"{Level(level).label if level in Level.values else '供地层级未选'}，应征询同级住建部门"
            raise Refused([Refusal(text, rule=_rule(stored), cite="七（二）1", field="organisation")])
        _hold_day(stored, day)
        days = parameters.load().integer("plot_consult_days")
        opinion = PlotOpinion(
            plot=stored.plot, purpose=OpinionPurpose.CONDITIONS, department=organisation.name[:60], organisation=organisation,
            level=level, mandatory=True, asked_on=day, asked_by=by, due_on=workdays.current().add(day, days),
        )  # fmt: skip
        hold_constraints(opinion)
        opinion.save()
        _perform(stored, Step("ask", day), by)
        control.refresh_from_db()
    return opinion


def _rule(control: PlotControl) -> str:
    return "PLOT-CONSULT-GRANTED" if control.table == Acquisition.GRANT else "PLOT-CONSULT-ALLOCATED"


def reply_conditions(
    *, opinion: PlotOpinion, required: Mapping[str, str], by: User, number: str = "", text: str = "", on: dt.date | None = None
) -> TransitionRecord:
    """The 住建 body's reply: required values by key of indicator, which replace those of the specialised plan.

    Raises ``NotAllowed``, ``Refused`` (answered already, a wrong value, nothing required, before it was asked).
    """
    day = on or clock.today()
    with transaction.atomic():
        control = _held(opinion.plot.control, None)
        asked = locked(opinion, None)
        if asked.answered_on or asked.purpose != OpinionPurpose.CONDITIONS:
            msg = "这次征询已答复"
            raise Refused(msg)
        if asked.asked_on > day or day > clock.today():
            raise Refused([Refusal("答复日期应在征询之后、不晚于今天", field="on")])
        kept = require(control.plot, required, by_consultation=True)
        record = _perform(control, Step("reply", day, number), by)
        asked.answered_on, asked.answered_by, asked.number, asked.text, asked.required = day, by, number[:60], text, kept
        asked.save()
    return record


def take_step(*, control: PlotControl, step: Step, by: User, version: int | None = None) -> TransitionRecord:
    """Record one step of the table on its day. Raises ``NotAllowed``, ``Stale``, ``Refused`` with everything that stands against it."""
    with transaction.atomic():
        stored = _held(control, version)
        if step.action in ("ask", "reply"):
            msg = "征询和答复在各自的页面办理"
            raise Refused(msg)
        if step.action in DATED:
            _hold_typed(stored, step)
        record = _perform(stored, step, by)
        control.refresh_from_db()
    return record


def _held(control: PlotControl, version: int | None) -> PlotControl:
    """Plot and control locked, in this order everywhere."""
    plot = Plot.objects.select_for_update(of=("self",), no_key=True).select_related("district").get(pk=control.plot_id)
    stored = locked(control, version)
    stored.plot = plot
    return stored


def _hold_typed(control: PlotControl, step: Step) -> None:
    """Day and document number of a step."""
    if step.on is None:
        raise Refused([Refusal("请填写日期", field="on")])
    _hold_day(control, step.on)
    if step.action in NUMBERED and not step.number.strip():
        raise Refused([Refusal(f"请填写{NUMBERED[step.action]}", field="number")])


def _hold_day(control: PlotControl, day: dt.date) -> None:
    last = max((kept["on"] for kept in control.steps.values() if kept.get("on")), default="")
    if day > clock.today():
        raise Refused([Refusal("日期不能晚于今天", field="on")])
    if last and day.isoformat() < last:
        raise Refused([Refusal(f"日期不能早于上一步（{in_words(last)}）", field="on")])


def _perform(control: PlotControl, step: Step, by: User) -> TransitionRecord:
    """Write what the step decides, then take it: guards see the plot as it is before."""
    facts = control_facts(control)
    machine, source = TABLES[control.table], control.status
    shown = {"on": step.on, "number": step.number, **{name: facts[name] for name in ("required", "short")}}
    record = perform(machine=machine, obj=control, action=step.action, by=by, facts={**facts, **shown}, reason=step.reason)
    if step.action in ("step_back", "recall"):
        _take_back(control, source)
    else:
        control.steps[step.action] = {"on": step.on.isoformat() if step.on else "", "number": step.number.strip()[:60]}
        _decide(control.plot, step)
    control.version += 1
    control.save(update_fields=["steps", "version"])
    return record


def _decide(plot: Plot, step: Step) -> None:
    changed: dict[str, Any] = {}
    if step.action in ACQUIRING:
        changed = {"acquired_on": step.on}
    elif step.action == "begin":
        changed = {"started_on": step.on}
    elif step.action in COMPLETING:
        changed = {"built_on": step.on, "conforms": COMPLETING[step.action]}
    _write(plot, changed)


def _take_back(control: PlotControl, source: str) -> None:
    """Undo what the step into ``source`` had written."""
    led_here = {move.action for move in TABLES[control.table].transitions if move.target == source}
    for action in (*led_here, *(("ask", "reply") if control.status == ControlStep.PREPARE else ())):
        control.steps.pop(action, None)
    if control.status == ControlStep.PREPARE:
        control.plot.opinions.filter(purpose=OpinionPurpose.CONDITIONS, answered_on__isnull=True).delete()
    _write(control.plot, dict.fromkeys(CLEARED.get(source, ())))


def _write(plot: Plot, changed: Mapping[str, Any]) -> None:
    if not changed:
        return
    for name, value in changed.items():
        setattr(plot, name, value)
    plot.version += 1
    hold_constraints(plot)
    plot.save()
