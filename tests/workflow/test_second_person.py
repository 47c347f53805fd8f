"""Every kind of record that a second person checks: counted nowhere before, checked or sent back by another person of the city alone."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.losses.city_assessments import failures_in_a_row
from approvals.losses.selectors import recorded_stages, revocation_candidates
from approvals.losses.services.recorded_assessments import record_assessment
from beautiful.area_indicators import selectors as areas
from beautiful.area_indicators import services as area_services
from carbon.factors.selectors import factors_now
from carbon.factors.services import add_version
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.workflow import second_person
from portal.todo.selectors import tasks_of
from tests.factories.acceptance import make_pilot, record_failures
from tests.factories.accounts import cast
from tests.factories.approvals import pdf
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
SOURCE, ON = "演示出处（虚构）", dt.date(2026, 6, 20)
FACTOR = {
    "key": "electricity-shanghai", "name": "", "since": 2026, "value": "0.58", "unit": "kgCO2e/kWh", "source": SOURCE, "certainty": "推定",
    "decision": "某签报（虚构）", "decided_on": dt.date(2026, 1, 9),
}  # fmt: skip
FIGURE = {"name": "演示指标（虚构）", "unit": "%", "year": 2024, "value": 60, "source": SOURCE, "is_demo": True}
LINK = {"dimension": "低碳高效", "areas": ["culture"], "on": ON, "basis": SOURCE, "reason": "口径调整（虚构）"}


def second_failure(people):
    if not District.objects.exists():
        record_failures(make_pilot(people), people.city_officer, dt.date(2025, 6, 20))
    told = {"district": District.objects.get(), "kind": "stage", "concluded_on": ON, "passed": False, "source": SOURCE}
    return record_assessment(**told, document=pdf(), by=people.city_officer)


def opens_a_revocation(people):
    found = len(failures_in_a_row(District.objects.get(), clock.today())), len(recorded_stages(people.city_officer))
    assert found == ((2, 2) if revocation_candidates(clock.today()) else (1, 1))
    return found == (2, 2)


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
        lambda people: bool(areas.area_views(people.city_officer, is_demo=True, year=2024, only="culture")[0].by_hand),
    ),
    "DimensionLinkDecision": (
        "city_officer",
        lambda people: area_services.decide_link(**LINK, by=people.city_officer),
        lambda _: areas.links_in_force()[LINK["dimension"]] == ("culture",),
    ),
}


@pytest.mark.parametrize(
    "model", [one for one in apps.get_models() if issubclass(one, second_person.CheckedRecord)], ids=lambda one: one.__name__
)
def test_a_record_counts_once_another_person_of_the_city_has_checked_it(client, model):
    people, (author, make, counts) = cast(), KINDS[model.__name__]
    row = make(people)
    check, back = (reverse(name, args=[row.pk]) for name in row.PAGES)
    assert (counts(people), list(model.objects.waiting())) == (False, [row])
    for person in (getattr(people, author), people.preparer, people.secretariat, people.authority):
        client.force_login(person)
        assert client.get(check).status_code == client.post(check).status_code == 404, person
        assert person == getattr(people, author) or client.get(back).status_code == 404, person
        assert check not in [task.link for task in tasks_of(person)]
        refuses(NotAllowed, second_person.check, row=row, by=person)
    client.force_login(people.city_checker)
    assert check in [task.link for task in tasks_of(people.city_checker)]
    assert client.post(back, {"reason": " "}).status_code == 422
    assert client.post(back, {"reason": "日期不符（虚构）"}).status_code == 302
    again = make(people)
    assert (counts(people), list(model.objects.waiting())) == (False, [again])
    refuses("已经核对或者退回", second_person.check, row=row, by=people.city_checker)
    check = reverse(row.PAGES[0], args=[again.pk])
    assert SOURCE in client.get(check).content.decode()
    assert client.post(check).status_code == 302
    assert (counts(people), client.get(check).status_code) == (True, 404)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=again.pk).update(checked_by=getattr(people, author))
