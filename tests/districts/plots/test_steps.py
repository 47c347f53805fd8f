"""Steps of plot control in each of the three tables: page, messages, outdated forms, and the state after a refused step."""

import datetime as dt

import pytest
from django.urls import reverse

from districts.common.enums import ControlStep, OpinionPurpose, SupplierLevel
from districts.plots.lifecycle import NUMBERED, RESUME, RESUME_BACK, TABLES
from districts.plots.models import Plot, PlotControl, PlotIndicator
from districts.plots.services.control import open_control
from districts.plots.services.opinions import answer_opinion, ask_opinions
from greendistrict.core.errors import Refused
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.procedure import procedure_of
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import PlotFactory, make_district, prove
from tests.factories.once import copy_of, once
from tests.steps import Walk, step, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STEPS = steps_of(*TABLES.values())
DAY, NEXT = dt.date(2026, 3, 2), dt.date(2026, 3, 3)
SHORT = {"complete_short"}


def make_plot():
    """Industrial land whose 住建 body was asked."""
    cast = make_cast()
    plot = PlotFactory(district=make_district(cast), number="YC-01", land_use_code="100101")
    control = open_control(plot=plot, table="grant", by=cast.preparer)
    step(control, "ask", cast.preparer, level=SupplierLevel.DISTRICT, organisation=cast.bureau_body, on=DAY)
    for opinion in ask_opinions(plot=plot, departments=("交通", "交警", "绿化市容"), by=cast.preparer, on=DAY):
        answer_opinion(opinion=opinion, result="agreed", text="", number="演示函1", by=cast.preparer, on=DAY)
    return cast, control


asked = once(make_plot)
world = copy_of("asked")


def at(world, machine, action, source):
    """The control in the state, with what the guards of the step read."""
    cast, control = world
    table = machine.name.removeprefix("plot_")
    PlotControl.objects.update(table=table, status=source, with_scheme=table == "grant")
    Plot.objects.update(started_on=DAY if action == "finish" else None)
    built = "37" if action in SHORT else "35"
    PlotIndicator.objects.create(plot=control.plot, key="carbon", required="36", designed="35", built=built)
    control = PlotControl.objects.select_related("plot__district").get()
    if action == RESUME:
        Plot.objects.update(acquired_on=DAY, acquisition=table)
        prove(control.plot.district)
        control = PlotControl.objects.select_related("plot__district").get()
    if action == RESUME_BACK:
        PlotControl.objects.update(steps={RESUME: {"on": DAY.isoformat(), "number": ""}})
        control = PlotControl.objects.select_related("plot__district").get()
    if source == "prepare":
        control.plot.opinions.filter(purpose=OpinionPurpose.CONDITIONS).delete()
    return cast, control


def walk(client, world, step_of):
    machine, action, source = step_of
    cast, control = at(world, machine, action, source)
    plot = control.plot
    page = reverse("districts:plot_control", args=[plot.district.code, plot.pk])
    url = reverse("districts:plot_step", args=[plot.district.code, plot.pk, action])
    values = {} if action in {"recall", "step_back", RESUME, RESUME_BACK} else {"on": NEXT.isoformat()}
    values |= {"number": "沪演示1号（虚构）"} if action in NUMBERED else {}
    if action == "ask":
        url = reverse("districts:plot_ask", args=[plot.district.code, plot.pk])
        values |= {"level": SupplierLevel.DISTRICT.value, "organisation": str(cast.bureau_body.pk)}
    if action == "reply":
        page = url = reverse("districts:opinion_answer", args=[plot.district.code, plot.opinions.get(answered_on=None).pk])
        values |= {"carbon-required": "36.5", "number": "演示住建〔2026〕3号"}
    return Walk(client, cast, machine, control, action, page, url, values=values)


@pytest.mark.parametrize("step_of", STEPS, ids=[f"{machine.name}-{action}-{source}" for machine, action, source in STEPS])
def test_an_old_form_changes_nothing_and_a_fresh_one_tells_those_the_page_names(client, world, step_of):
    walked = walk(client, world, step_of)
    walked.refuses_an_old_form()
    walked.obj.refresh_from_db()
    walked.holds_its_promise()


def test_what_the_steps_say_they_make_is_made(world):
    cast, control = world
    made = {action: one.makes for action, one in procedure_of(control).steps.items() if one.makes}
    assert made == {"ask": ("opinion",), "reply": ("required",), "contract": ("acquired_on",), "begin": ("started_on",)}
    assert control.plot.opinions.filter(purpose=OpinionPurpose.CONDITIONS).exists()
    step(control, "reply", cast.bureau, on=DAY, **{"carbon-required": "36"})
    assert control.plot.indicators.get(key="carbon").required == "36"
    step(control, "contract", cast.preparer, on=NEXT, number="沪演示1号（虚构）")
    assert Plot.objects.get().acquired_on == NEXT
    PlotControl.objects.update(status=ControlStep.SITE)
    step(control, "begin", cast.preparer, on=NEXT)
    assert Plot.objects.get().started_on == NEXT
    record = TransitionRecord.objects.get(action="contract")
    assert record.facts == {"on": "2026-03-03", "number": "沪演示1号（虚构）"}


def test_a_reply_that_is_refused_or_old_stores_no_requirement(client, world):
    cast, control = world
    client.force_login(cast.bureau)
    page = reverse("districts:opinion_answer", args=[control.plot.district.code, control.plot.opinions.get(answered_on=None).pk])
    with pytest.raises(Refused, match="早于上一步"):
        step(control, "reply", cast.bureau, on=DAY - dt.timedelta(days=1), **{"carbon-required": "36"})
    answer = client.post(page, {"carbon-required": "36.5", "on": NEXT.isoformat()})
    assert (answer.status_code, "36.5" in answer.content.decode()) == (409, True)
    assert not PlotIndicator.objects.exists()
    assert not TransitionRecord.objects.filter(action="reply").exists()
