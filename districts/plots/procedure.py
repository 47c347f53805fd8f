"""Steps of plot control, alike for every way of land supply: input, facts and effects (七（二）).

Nobody gets a message: the body that is asked finds the question on its work desk, everything else is on the board of plots.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.urls import reverse

from districts.common.enums import OpinionPurpose
from districts.land.green_indicators import ASKS_NOTHING, design_departments, indicators, is_worse, shortfalls
from districts.plausibility.services import EXPLANATION
from districts.plots.check_matrix import objecting
from districts.plots.forms import AskForm, ConsultationReplyForm, PlotStepForm
from districts.plots.lifecycle import TABLES
from districts.plots.models import OpinionResult, Plot, PlotCheck, PlotControl, PlotIndicator, PlotOpinion
from districts.plots.selectors.plots import bodies_by_level
from districts.plots.services import control as services
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.procedure import Note, Procedure, Step, Taken


def value_facts(rows: Iterable[PlotIndicator], checks: Iterable[PlotCheck]) -> dict[str, Any]:
    """Required indicators without designed or built value, shortfalls as text, and departments that found 不符合 at completion.

    ``required`` counts every stated requirement; one that demands nothing (否, 无) needs no designed or built value.
    """
    known = indicators()
    stated = sorted((row for row in rows if row.required and row.key in known), key=lambda row: list(known).index(row.key))
    asked = [row for row in stated if row.required not in ASKS_NOTHING]
    return {
        "required": len(stated),
        "undesigned": [known[row.key].name for row in asked if not row.designed],
        "unbuilt": [known[row.key].name for row in asked if not row.built],
        "short": [found.text for found in shortfalls((row.key, row.required, row.built) for row in asked)],
        "objecting": objecting(checks),
        "designed_short": [found.text for found in shortfalls((row.key, row.required, row.designed) for row in asked if not _agreed(row))],
    }


def _agreed(row: PlotIndicator) -> bool:
    """Whether who asked for a value agreed to a design like this one or worse."""
    return bool(row.excepted and row.designed) and is_worse(indicators()[row.key], row.designed, row.excepted) is False


def opinion_facts(opinions: Iterable[PlotOpinion]) -> dict[str, list[str]]:
    """七（二）2: required departments without an answer, and departments that object; the newest answer counts."""
    must, _ = design_departments()
    newest: dict[str, PlotOpinion] = {}
    for opinion in sorted(opinions, key=lambda opinion: (opinion.asked_on, opinion.pk)):
        if opinion.purpose == OpinionPurpose.DESIGN:
            newest[opinion.department] = opinion
    answered = {name for name, opinion in newest.items() if opinion.answered_on}
    waiting = [name for name, opinion in newest.items() if opinion.mandatory and not opinion.answered_on and name not in must]
    return {
        "opinions_missing": [*(name for name in must if name not in answered), *waiting],
        "opinions_against": [name for name, opinion in newest.items() if opinion.result == OpinionResult.OBJECTED],
    }


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
