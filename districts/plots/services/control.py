"""Effects of the steps of plot control (七（二）), opening a control table, and 补录说明 for plots acquired or built without one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.common.enums import Acquisition, ControlStep, OpinionPurpose
from districts.file.models.district import District
from districts.file.services import hold_constraints, hold_editor, locked
from districts.land.land_use import is_industrial
from districts.plausibility.expectations import NEAR
from districts.plausibility.services import EXPLANATION, AskedRow, drop_answers
from districts.plots.checks import may_open_table
from districts.plots.guards import PAPERS, PROOF, near_step
from districts.plots.lifecycle import RESUME, TABLES, required_of
from districts.plots.models import BACKFILL_PROOF, Plot, PlotBackfill, PlotControl, PlotOpinion, PlotPaper
from districts.plots.rules import OFFICES, acting_body, answers_opinion, body_of_office, opens_table
from districts.plots.selectors.plots import unproven_plots
from districts.plots.services.indicator_values import require
from districts.plots.services.opinions import keep_paper
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store
from greendistrict.policy import parameters
from greendistrict.workflow.procedure import Taken, hold_version

ACQUIRING = ("contract", "allocate")
COMPLETING = {"complete": True, "complete_short": False, "correct": True}
CLEARED = {"design": ("acquired_on",), "site": ("started_on",), "done": ("built_on", "conforms"), "short": ("built_on", "conforms")}


def open_control(*, plot: Plot, table: str, by: User, with_scheme: bool = False, version: int | None = None) -> PlotControl:
    """Open the control table for the way of land supply; it may be changed before the first step.

    This is not a step: it chooses the state machine, and nobody is notified. Raises ``Stale``, ``NotAllowed``, ``Refused`` (a kept plot;
    one built outside, or acquired outside without reason and proof; a table in progress; a scheme on other than industrial land).
    """
    with transaction.atomic():
        stored = locked(plot, None)
        control = PlotControl.objects.select_for_update(no_key=True).filter(plot=stored).first() or PlotControl(plot=stored)
        if version is not None:
            hold_version(control, version)
        control.plot = stored
        NotAllowed.unless(opens_table(posts_of(by), control), "管控表由申报主体填报人或承担管控步骤的区级部门启动")
        if found := _against_opening(stored, control, table, with_scheme=with_scheme):
            raise Refused(found)
        control.table, control.with_scheme, control.version = table, with_scheme, control.version + 1
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
    if plot.built_on:
        found.append(Refusal("地块的建成已直接登记，不再逐步办理", remedy="登记有误的清空日期后启动管控"))
    elif not may_open_table(plot):
        found.append(Refusal("地块的取得已直接登记，没有补录说明", remedy="登记补录说明后启动管控，登记有误的清空取得日期"))
    elif plot.acquired_on and table != plot.acquisition:
        found.append(Refusal(f"取得方式应与补录的一致：{plot.get_acquisition_display()}", field="table"))
    if control.pk and control.status != ControlStep.PREPARE:
        found.append(Refusal("管控已启动，取得方式不能再改", remedy="退回到未启动后修改"))
    if with_scheme and (table != Acquisition.GRANT or not is_industrial(plot.land_use_code)):
        text = "带方案出让只用于工业园区内出让的工业用地（1001）"
        found.append(Refusal(text, rule="PLOT-DESIGN", cite="七（二）2", field="with_scheme"))
    return found


def on_ask(taken: Taken) -> None:
    """Ask the 住建 body for green requirements (七（二）1); due after ``plot_consult_days``."""
    values, plot, day = taken.values, taken.obj.plot, taken.values["on"]
    due = workdays.current().add(day, parameters.load().integer("plot_consult_days"))
    opinion = PlotOpinion(
        plot=plot,
        purpose=OpinionPurpose.CONDITIONS,
        department=fitted(PlotOpinion, "department", values["organisation"].name),
        organisation=values["organisation"],
        level=values["level"],
        mandatory=True,
        asked_on=day,
        asked_by=taken.person,
        due_on=due,
    )
    hold_constraints(opinion)
    opinion.save()
    on_step(taken)


def on_reply(taken: Taken) -> None:
    """Replace the specialised plan's requirements by those of the reply."""
    values, plot = taken.values, taken.obj.plot
    asked = plot.opinions.select_for_update(no_key=True).get(purpose=OpinionPurpose.CONDITIONS, answered_on__isnull=True)
    asked.required = require(plot, required_of(values), by_consultation=True)
    asked.answered_on, asked.answered_by = values["on"], taken.person
    body = asked.organisation_id if answers_opinion(posts_of(taken.person), asked) else None
    asked.number, asked.text = fitted(asked, "number", values.get("number", "")), values.get("text", "")
    asked.save()
    on_step(taken)
    if body is not None:
        taken.obj.steps["reply"]["body"] = body


def on_step(taken: Taken) -> None:
    """Store day and document number, and update the plot's fields."""
    control, action, day = taken.obj, taken.record.action, taken.values["on"]
    _keep_why_near(taken)
    control.steps[action] = {"on": day.isoformat(), "number": taken.values.get("number", "").strip()[:60], **_recorded(taken)}
    if action in ACQUIRING:
        _write(control.plot, {"acquired_on": day})
    elif action == "begin":
        _write(control.plot, {"started_on": day})
    elif action in COMPLETING:
        _write(control.plot, {"built_on": day, "conforms": COMPLETING[action]})


def _keep_why_near(taken: Taken) -> None:
    """Keep with the plot why the step follows so soon; the guard has asked."""
    control, action, text = taken.obj, taken.record.action, str(taken.values.get(EXPLANATION) or "")
    transition = TABLES[control.table].find(action, taken.record.source)
    found = near_step(control.steps, action, transition.label, taken.values["on"]) if transition and text.strip() else []
    AskedRow(found, (), text).keep(control.plot, taken.person)


def _recorded(taken: Taken) -> dict[str, Any]:
    """Recording body of a step and whether it stands in for another; stores the file of the step."""
    control, action, by = taken.obj, taken.record.action, taken.person
    stands_in = bool(taken.values.get("backfill")) and not _is_own(taken)
    body = acting_body(posts_of(by), control, action) if by is not None else None
    if upload := taken.values.get("upload"):
        title = f"地块{control.plot.number}　{PAPERS.get(action, PROOF)}"
        document = keep_paper(district=control.plot.district, upload=upload, title=title, is_own=not stands_in, by=by)
        reason = str(taken.values.get("backfill_reason") or "").strip() if stands_in else ""
        PlotPaper.objects.create(control=control, action=action, document=document, is_backfill=stands_in, reason=reason)
    return {"body": body, **({"backfill": True} if stands_in else {})}


def _is_own(taken: Taken) -> bool:
    """Whether the step is the person's own: of the office's body, or of the body asked."""
    control, action = taken.obj, taken.record.action
    if action in OFFICES:
        return body_of_office(posts_of(taken.person), control, OFFICES[action][1]) is not None
    asked = control.plot.opinions.filter(purpose=OpinionPurpose.CONDITIONS).order_by("pk").last()
    return asked is not None and answers_opinion(posts_of(taken.person), asked)


def on_resume(taken: Taken) -> None:
    """Enter at the design review: the plot's own day of acquisition, a 补录, replaces the earlier steps."""
    taken.obj.steps[RESUME] = {"on": taken.obj.plot.acquired_on.isoformat(), "number": ""}


def on_resume_back(taken: Taken) -> None:
    """Undo the entry; day and reason of the 补录 stay, because the table did not write them."""
    taken.obj.steps.pop(RESUME, None)


def on_back(taken: Taken) -> None:
    """Undo what the step into the current state wrote."""
    control, source = taken.obj, taken.record.source
    led_here = {move.action for move in TABLES[control.table].transitions if move.target == source}
    for action in (*led_here, *(("ask", "reply") if control.status == ControlStep.PREPARE else ())):
        control.steps.pop(action, None)
    drop_answers(control.plot, NEAR, led_here)
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


@transaction.atomic
def record_backfill(*, district: District, plots: Iterable[int], reason: str, upload: "UploadedFile[Any] | None", by: User) -> PlotBackfill:
    """Store one reason and proof for the named plots, which count from now on.

    Raises ``NotAllowed``, ``Refused`` without reason, proof or plots, or for a plot that needs none.
    """
    hold_editor(by, district)
    wanted = set(plots)
    rows = list(unproven_plots(district).filter(pk__in=wanted).select_for_update(of=("self",), no_key=True))
    found = [] if wanted else [Refusal("请选择地块", field="plots")]
    if len(rows) != len(wanted):
        found.append(Refusal("所选地块中有不需要或已有补录说明的，请重新选择", field="plots"))
    if not reason.strip():
        found.append(Refusal("请写明没有逐步办理的理由", field="reason"))
    if upload is None:
        found.append(Refusal("请上传证明材料", field="upload"))
    if found or upload is None:
        raise Refused(found)
    document = store(owner=district, upload=upload, kind=BACKFILL_PROOF, title="地块补录证明", by=by)
    kept = PlotBackfill.objects.create(district=district, reason=reason.strip(), document=document, recorded_at=clock.now(), recorded_by=by)
    for row in rows:
        row.backfill, row.version = kept, row.version + 1
        row.save(update_fields=["backfill", "version"])
    data = {"district": district.code, "plots": [row.number for row in rows], "reason": kept.reason[:200]}
    audit.record(action="districts.plot_backfill", by=by, obj=kept, data=data)
    return kept
