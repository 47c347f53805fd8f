"""Steps of plot control, alike for every way of land supply: input, facts and effects (七（二）).

Nobody gets a message: the body that is asked finds the question on its work desk, everything else is on the board of plots.
"""

from functools import partial
from typing import Any

from django.urls import reverse

from districts.plausibility.services import EXPLANATION
from districts.plots.facts import opinion_facts, value_facts
from districts.plots.forms import AskForm, ConsultationReplyForm, PlotStepForm
from districts.plots.lifecycle import TABLES
from districts.plots.models import Plot, PlotControl
from districts.plots.selectors.plots import bodies_by_level
from districts.plots.services import control as services
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.procedure import Note, Procedure, Step, Taken

kept_step = partial(Step, keeps=("on", "number", "backfill", "backfill_reason", EXPLANATION))
step = partial(kept_step, form=PlotStepForm, effect=services.on_step)
compared = step(facts=("values",))
back = kept_step(form=PlotStepForm, effect=services.on_back)
STEPS = {
    "ask": kept_step(form=AskForm, facts=("bodies",), effect=services.on_ask, makes=("opinion",)),
    "recall": back,
    "resume": kept_step(form=PlotStepForm, facts=("values",), effect=services.on_resume),
    "resume_back": kept_step(form=PlotStepForm, effect=services.on_resume_back),
    "reply": kept_step(form=ConsultationReplyForm, effect=services.on_reply, makes=("required",)),
    "contract": step(makes=("acquired_on",)),
    "land_opinion": step(),
    "allocate": step(makes=("acquired_on",)),
    "exempt_design": step(),
    "pass_design": step(facts=("values", "opinions")),
    "pass_drawings": step(),
    "begin": step(makes=("started_on",)),
    "finish": step(),
    "complete": compared,
    "complete_short": compared,
    "correct": compared,
    "step_back": back,
}


def _lock(pk: int) -> Any:
    """Lock the plot before its control, the locking order used everywhere."""
    plots = Plot.objects.select_for_update(of=("self",), no_key=True).select_related("district")
    plot = plots.get(control=pk)
    control = PlotControl.objects.select_for_update(no_key=True).get(pk=pk)
    control.plot = plot
    return control


def _note(taken: Taken) -> Note:
    control, plot = taken.obj, taken.obj.plot
    state = TABLES[control.table].state(taken.record.target)
    page = reverse("districts:plot_control", kwargs={"code": plot.district.code, "pk": plot.pk})
    return Note(f"{plot.district} {control}：{state.label}", taken.record.reason, page, plot.is_demo)


def _steps_of(machine: Machine) -> Procedure:
    return Procedure(
        machine=machine,
        lock=_lock,
        words=_note,
        facts={
            "values": lambda control, _today: value_facts(control.plot.indicators.all(), control.plot.checks.all()),
            "opinions": lambda control, _today: opinion_facts(control.plot.opinions.all()),
            "bodies": lambda control, _today: bodies_by_level(control.plot.district),
        },
        steps={transition.action: STEPS[transition.action] for transition in machine.transitions},
    )


GRANT_STEPS, ALLOCATION_STEPS, OWN_STEPS = (_steps_of(machine) for machine in TABLES.values())
