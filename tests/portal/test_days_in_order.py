"""Days typed in the wrong order: for every pair that the database holds in order, the way by which a person could break it says so."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps

from assessments.evidence.forms import DescribeForm
from assessments.experts.forms import AbsenceForm, EmploymentForm, ExpertForm
from beautiful.plans import services as plans
from beautiful.reserves.forms import ReserveForm
from beautiful.reserves.models import ReserveProject
from carbon.measures.forms import MeasureForm
from districts.file.forms import RenewalProjectForm
from districts.lists import services as rows
from districts.plots.models import Plot
from districts.plots.services import opinions
from districts.profile import services as profile
from districts.projects.models import KeyProject, Work
from districts.special_plans.forms import PlanForm
from districts.yearly_plans import services as yearly
from greendistrict.core import clock
from greendistrict.core.constraints import Ordered
from greendistrict.core.errors import Refused
from outreach.exchange.forms import EventForm
from outreach.exchange.models import ExchangeEvent
from tests.beautiful.plans.world import PLACE, values
from tests.factories.accounts import cast
from tests.factories.districts import PlotFactory, make_district
from tests.factories.once import copy_of, once
from tests.plot_steps import paper

pytestmark = pytest.mark.django_db
TESTS = Path(__file__).parents[1]


made = once(lambda: SimpleNamespace(people=(people := cast()), district=make_district(people)))
world = copy_of("made")


def days():
    """A day of last month and today."""
    return clock.today() - dt.timedelta(days=30), clock.today()


def wrong(first, second):
    early, late = days()
    return {first: late, second: early}


def typed(form, first, second, **kwargs):
    """What a form says of two days in the wrong order."""

    def way(world):
        given = {name: value(world) if callable(value) else value for name, value in kwargs.items()}
        return form(wrong(first, second), **given).errors.get(second, [])

    return way


def listed(model, first, second, **given):
    """What the service of a list of a district says; the form of its page shows it beside the field."""

    def way(world):
        return refused(
            second, rows.save, model, district=world.district, values={**given, **wrong(first, second)}, by=world.people.preparer
        )

    return way


def refused(field, act, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return [one.text for one in caught.value.refusals if one.field == field]


def mandate(world):
    early, late = days()
    about = {"district": world.district, "organisation": world.people.consultant_body, "by": world.people.reviewer}
    return refused("valid_to", profile.authorise_consultant, **about, valid_from=late, valid_to=early)


def plan_item(world):
    plan = yearly.open_plan(authority=world.people.authority_body, year=clock.today().year, by=world.people.authority)
    given = {"district": world.district, "work": "planning", "name": "编制专业规划（虚构）", **wrong("start", "finish")}
    return refused("finish", yearly.save_item, plan=plan, values=given, by=world.people.authority)


def plot_opinion(world):
    early, late = days()
    plot = PlotFactory(district=world.district)
    [asked] = opinions.ask_opinions(plot=plot, departments=["水务"], by=world.people.preparer, on=late)
    given = {"result": "agreed", "text": "同意（虚构）", "number": "演水函〔2026〕1号", "by": world.people.preparer, "upload": paper()}
    return refused("on", opinions.answer_opinion, opinion=asked, **given, on=early)


def planned_task(world):
    plan = plans.make_plan(first_year=2026, is_demo=True, by=world.people.city_officer)
    given = values(world.people.partner_body, **PLACE, starts_on=dt.date(2027, 6, 1), due_on=dt.date(2026, 6, 1))
    return refused("due_on", plans.add_task, plan=plan, values=given, by=world.people.city_officer)


def sign_up_day(_world):
    early, late = days()
    given = {"starts_on": early - dt.timedelta(days=1), "ends_on": early, "sign_up_until": late}
    return EventForm(given, event=ExchangeEvent()).errors.get("sign_up_until", [])


# Way by which a person types the two days; a name of the test that takes it; or, behind “no: ”, why nobody types them.
WAYS = {
    "evidence_validity_ordered": typed(DescribeForm, "valid_from", "valid_to"),
    "mandate_term_ordered": mandate,
    "designated_body_term_ordered": "no: a body ends the day before the next one, which is designated later",
    "renewal_project_dates_ordered": typed(RenewalProjectForm, "started_on", "finished_on", today=clock.today()),
    "plot_dates_ordered": listed(Plot, "acquired_on", "built_on", number="A-1", acquisition="grant"),
    "plot_building_ordered": listed(Plot, "started_on", "built_on", number="A-2"),
    "plot_plan_ordered": listed(Plot, "planned_start", "planned_finish", number="A-3"),
    "plot_opinion_dates_ordered": plot_opinion,
    "key_project_dates_ordered": listed(KeyProject, "planned_start", "planned_finish", name="演示项目（虚构）"),
    "key_project_actual_ordered": listed(KeyProject, "started_on", "finished_on", name="演示项目（虚构）", state="done"),
    "work_plan_ordered": listed(Work, "planned_start", "planned_finish", name="演示道路（虚构）"),
    "work_dates_ordered": listed(Work, "started_on", "built_on", name="演示道路（虚构）"),
    "plan_design_ordered": typed(PlanForm, "design_started_on", "design_approved_on", district=lambda world: world.district, plan=None),
    "plan_item_dates_ordered": plan_item,
    "expert_term_ordered": typed(ExpertForm, "valid_from", "valid_to", words={}),
    "absence_ordered": typed(AbsenceForm, "valid_from", "valid_to", today=clock.today()),
    "employment_term_ordered": typed(EmploymentForm, "valid_from", "valid_to", today=clock.today()),
    "endorsement_dates_ordered": "test_endorsement_and_correction_in_the_browser",
    "notice_dates_ordered": "no: the last day is worked out from the first",
    "notice_extension_is_later": "no: the new last day is worked out from the old one",
    "title_dates_ordered": "no: a title ends with the day of its announcement, which is not before the decision",
    "title_holder_days_ordered": "test_what_stands_against_a_transfer_is_said",
    "remedy_served_after_filing": "test_what_cannot_be_recorded_is_said",
    "remedy_stay_ordered": "test_a_stay_is_lifted_and_a_decision_stayed_again_keeps_it_in_its_history",
    "measure_years_ordered": lambda _world: MeasureForm({"first": 2030, "last": 2025}).errors.get("last", []),
    "meter_term_ordered": "test_a_meter_is_entered_changed_and_fixed_by_its_readings",
    "disclosureremedy_served_after_filing": "test_what_cannot_be_contested_is_said",
    "exchange_event_days": typed(EventForm, "starts_on", "ends_on", event=ExchangeEvent()),
    "exchange_event_sign_up_day": sign_up_day,
    "planned_task_days": planned_task,
    "reserve_days": typed(ReserveForm, "starts_on", "ends_on", project=ReserveProject(), linked=lambda _: KeyProject.objects.none()),
}
TYPED = [name for name, way in WAYS.items() if callable(way)]


def test_every_pair_has_its_way():
    assert {one.name for model in apps.get_models() for one in model._meta.constraints if isinstance(one, Ordered)} == WAYS.keys()


@pytest.mark.parametrize("name", TYPED)
def test_the_wrong_order_is_said_in_words_beside_the_field(world, name):
    said = WAYS[name](world)
    assert len(said) == 1, said
    assert any(words in said[0] for words in ("不能早于", "不能晚于活动结束", "应在征询之后")), said


def test_what_is_taken_elsewhere_has_its_test():
    tests = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    named = [way for way in WAYS.values() if isinstance(way, str) and not way.startswith("no: ")]
    assert [name for name in named if f"def {name}(" not in tests] == []
