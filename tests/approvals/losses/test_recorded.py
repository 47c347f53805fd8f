"""Assessments recorded from paper count once another person of the city has checked them."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.losses.city_assessments import failures_in_a_row
from approvals.losses.selectors import recorded_stages, recorded_tasks, revocation_candidates
from approvals.losses.services.recorded_assessments import check_assessment, record_assessment, return_assessment
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from tests.factories.acceptance import make_pilot
from tests.factories.accounts import cast
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
DAYS = (dt.date(2025, 6, 20), dt.date(2026, 6, 20))


def test_what_one_person_recorded_counts_nowhere_until_another_one_checked_it(client):
    people = cast()
    district = make_pilot(people)
    told = {"district": district, "by": people.city_officer, "kind": "stage", "passed": False, "source": "演示评估意见"}
    made = [record_assessment(concluded_on=day, **told) for day in DAYS]

    def counted():
        return (
            len(failures_in_a_row(district, clock.today())),
            len(recorded_stages(people.city_officer)),
            len(revocation_candidates(clock.today())),
        )

    assert counted() == (0, 0, 0)
    links = {name: [reverse(f"approvals:recorded_{name}", args=[one.pk]) for one in made] for name in ("check", "return")}
    for person in (people.city_officer, people.preparer, people.secretariat):
        client.force_login(person)
        assert {client.get(link).status_code for group in links.values() for link in group} == {404}
        assert not recorded_tasks(person)
        refuses(NotAllowed, check_assessment, assessment=made[0], by=person)
    client.force_login(people.city_checker)
    assert [task.link for task in recorded_tasks(people.city_checker)] == links["check"]
    assert client.post(links["return"][0], {"reason": ""}).status_code == 422
    assert client.post(links["return"][0], {"reason": "日期不符（虚构）"}).status_code == 302
    made[0] = record_assessment(concluded_on=DAYS[0], **told)
    assert "演示评估意见" in client.get(links["check"][1]).content.decode()
    assert client.post(links["check"][1]).status_code == 302
    check_assessment(assessment=made[0], by=people.city_checker)
    assert counted() == (2, 2, 1)
    refuses("已经核对或者退回", return_assessment, assessment=made[0], reason="有误（虚构）", by=people.city_director)
