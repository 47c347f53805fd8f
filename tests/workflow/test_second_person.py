"""Every kind of record that a second person checks: counted nowhere before, checked or sent back by another person of its side alone."""

import datetime as dt
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.corrections.services import propose_correction
from approvals.losses.city_assessments import failures_in_a_row
from approvals.losses.selectors import recorded_stages, revocation_candidates
from approvals.losses.services import record_assessment
from approvals.policy_life.services import register_document
from approvals.titles.models.publicity import Title
from beautiful.area_indicators import selectors as areas
from beautiful.area_indicators import services as area_services
from carbon.factors.selectors import factors_now
from carbon.factors.services import add_version
from carbon.measures.models import AbatementMeasure
from carbon.measures.services import save_measure
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.indicator_systems.models import IndicatorActual
from districts.indicator_systems.row_rules import CARBON
from districts.indicator_systems.services.actuals import EnteredValue, save_actuals
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.policy.in_force import policies
from greendistrict.policy.loader import all_policies as policies_of_files
from greendistrict.workflow import second_person
from obligations.decisions import decisions
from obligations.services import decide
from portal.todo.selectors import tasks_of
from tests.factories.acceptance import make_pilot, record_failures
from tests.factories.accounts import cast
from tests.factories.approvals import pdf
from tests.factories.districts import make_district
from tests.factories.indicator_systems import approved_system
from tests.factories.titles import give_title
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
SOURCE, ON = "演示出处（虚构）", dt.date(2026, 6, 20)
FACTOR = {
    "key": "electricity-shanghai", "name": "", "since": 2026, "value": "0.58", "unit": "kgCO2e/kWh", "source": SOURCE, "certainty": "推定",
    "decision": "某签报（虚构）", "decided_on": dt.date(2026, 1, 9),
}  # fmt: skip
FIGURE = {"name": "演示指标（虚构）", "unit": "%", "year": 2024, "value": 60, "source": SOURCE, "is_demo": True}
LINK = {"dimension": "低碳高效", "areas": ["culture"], "on": ON, "basis": SOURCE, "reason": "口径调整（虚构）"}


EXTENDED = {
    "policy": policies_of_files()[-1].code, "kind": "extend", "title": "关于延长有效期的通知（虚构）", "number": "演〔2026〕1号",
    "issued_on": dt.date(2026, 1, 8), "on": dt.date(2026, 1, 8), "until": dt.date(2033, 9, 30), "finishing": False,
    "changes": SOURCE,
}  # fmt: skip


def second_failure(people):
    if not District.objects.exists():
        record_failures(make_pilot(people), people.city_officer, dt.date(2025, 6, 20))
    told = {"district": District.objects.get(), "kind": "stage", "concluded_on": ON, "passed": False, "source": SOURCE}
    return record_assessment(**told, document=pdf(), by=people.city_officer)


def opens_a_revocation(people):
    found = len(failures_in_a_row(District.objects.get(), clock.today())), len(recorded_stages(Viewer(people.city_officer)))
    assert found == ((2, 2) if revocation_candidates(clock.today()) else (1, 1))
    return found == (2, 2)


def pilot(people):
    """The title-holder whose figures the city sums; with an approved indicator system."""
    if not District.objects.exists():
        system = approved_system(people, make_district(people, stage=Stage.PILOT, titled_on=dt.date(2021, 5, 6)))
        system.rows.filter(key=CARBON).update(dimension="低碳高效")
    return District.objects.get()


def state_measure(people):
    """A new one, or one entered anew with another figure."""
    district = pilot(people)
    row = AbatementMeasure.objects.first()
    values = {"name": "路灯（虚构）", "sector": "municipal", "investment": 1, "yearly": 0, "first": 2024, "last": 2024, "source": SOURCE}
    values["tco2e"] = Decimal(row.tco2e + 1 if row else 600)
    return save_measure(district=district, values=values, by=people.preparer, measure=row, version=row and row.version)


def state_actual(people):
    district = pilot(people)
    row = IndicatorActual.objects.first()
    values = {CARBON: EnteredValue(str(48 + row.version) if row else "48", SOURCE, row.version if row else 0)}
    save_actuals(district=district, year=2024, values=values, by=people.preparer)
    return IndicatorActual.objects.get()


def fed(people, area, waits):
    """Whether an area has the figure of the district; it tells how many wait where it has not."""
    [view] = areas.area_views(Viewer(people.city_officer), is_demo=District.objects.get().is_demo, year=2024, only=area)
    found = {one.source.name for one in view.figures if one.total} | {
        one.progress.line.row.key for one in view.pilots[0].indicators if one.year
    }
    assert view.waiting == (waits not in found)
    return waits in found


def state_star(people):
    title = Title.objects.first() or give_title(make_district(people))
    return propose_correction(title=title, facts={"star": 3}, reason=SOURCE, by=people.city_officer)


def waive(people):
    return decide(obligation=f"self_check:{pilot(people).pk}:{clock.today().year}", by=people.city_director, reason=SOURCE)


# By model: who enters a row, how, and whether what the city relies on counts it.
KINDS = {
    "RecordedAssessment": ("city_officer", second_failure, opens_a_revocation),
    "AddedFactor": (
        "city_director",
        lambda people: add_version(**FACTOR, by=people.city_director),
        lambda _: 2026 in [one.since for one in factors_now()[FACTOR["key"]].versions],
    ),
    "AreaFigure": (
        "city_officer",
        lambda people: area_services.record_figure(area="culture", values=FIGURE, by=people.city_officer),
        lambda people: bool(areas.area_views(Viewer(people.city_officer), is_demo=True, year=2024, only="culture")[0].by_hand),
    ),
    "DimensionLinkDecision": (
        "city_officer",
        lambda people: area_services.decide_link(**LINK, by=people.city_officer),
        lambda _: areas.links_in_force()[LINK["dimension"]] == ("culture",),
    ),
    "TitleCorrection": ("city_officer", state_star, lambda _: Title.objects.get().star == 3),
    "PolicyDocument": (
        "city_officer",
        lambda people: register_document(values={**EXTENDED}, document=pdf(), by=people.city_officer),
        lambda _: policies()[-1].expires == EXTENDED["until"],
    ),
    "Exemption": ("city_director", waive, lambda _: any(row.extended_to is None for row in decisions().values())),
    "AbatementMeasure": ("preparer", state_measure, lambda people: fed(people, "development", "减排措施的年减排量")),
    "IndicatorActual": ("preparer", state_actual, lambda people: fed(people, "development", CARBON)),
}


@pytest.mark.parametrize(
    "model", [one for one in apps.get_models() if issubclass(one, second_person.CheckedRecord)], ids=lambda one: one.__name__
)
def test_a_record_counts_once_another_person_of_its_side_has_checked_it(client, model):
    people, (author, make, counts) = cast(), KINDS[model.__name__]
    checker, other = (people.city_checker, people.reviewer)[:: -1 if author == "preparer" else 1]
    if model.SECOND == "市级审定":  # the director alone
        checker, other = people.city_director, people.city_checker
    row = make(people)
    check, back = (reverse(name, args=[row.pk]) for name in row.PAGES)
    assert (counts(people), list(model.objects.waiting())) == (False, [row])
    for person in (getattr(people, author), people.preparer, people.consultant, people.secretariat, people.authority, other):
        client.force_login(person)
        assert client.get(check).status_code == client.post(check).status_code == 404, person
        assert person == getattr(people, author) or client.get(back).status_code == 404, person
        assert check not in [task.link for task in tasks_of(Viewer(person))]
        refuses(NotAllowed, second_person.check, row=row, by=person)
    client.force_login(checker)
    assert check in [task.link for task in tasks_of(Viewer(checker))]
    assert client.post(back, {"reason": " "}).status_code == 422
    assert client.post(back, {"reason": "日期不符（虚构）"}).status_code == 302
    again = make(people)
    assert (counts(people), list(model.objects.waiting())) == (False, [again])
    check, in_place = reverse(row.PAGES[0], args=[again.pk]), again.pk == row.pk
    shown = client.get(check)
    assert SOURCE in shown.content.decode()
    refuses(second_person.CHANGED if in_place else "已经核对或者退回", second_person.check, row=row, by=checker)
    if in_place:  # nobody checks what he has not seen
        make(people)
        assert client.post(check, {"times_changed": shown.context["row"].times_changed}).status_code == 422
    assert client.post(check).status_code == 422, "who checks says what they have seen"
    assert client.post(check, {"times_changed": client.get(check).context["row"].times_changed}).status_code == 302
    assert (counts(people), client.get(check).status_code) == (True, 404)
    if in_place:
        make(people)
        assert (counts(people), client.get(check).status_code) == (False, 200)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=again.pk).update(checked_by=getattr(people, author))
