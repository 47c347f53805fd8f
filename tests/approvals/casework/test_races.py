"""Two people press at once: one wins, the other is told, nothing is half-done."""

import datetime as dt
import threading
from functools import partial

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from approvals.cases import services as numbering
from approvals.cases.models.cases import Case
from approvals.losses import services as losses
from approvals.publicity import services as announcements
from approvals.titles.models.publicity import Title
from districts.file.models.district import District
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.workflow.models import TransitionRecord
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import WAYS, Losing, make_pilot, record_failures
from tests.factories.accounts import make_user
from tests.factories.approvals import Filing
from tests.waiting import race, until_somebody_waits

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def press(user, path, data):
    client = Client()
    client.force_login(user)
    return lambda: client.post(path, {**data, "confirmed": "yes"})


def test_two_browsers_decide_a_change_and_it_is_applied_once():
    asked = Asked().to_deciding()
    second = make_user("city_director", asked.people.city_body)
    path = reverse("approvals:case_action", args=[asked.case.pk, "decide"])
    typed = {"version": asked.case.version, "decided_on": clock.today().isoformat()}
    numbers = ((asked.people.city_director, "甲号"), (second, "乙号")) * 4  # some are let in while the step is still open
    answers = race(*(press(user, path, {**typed, "number": name}) for user, name in numbers))
    assert sorted(answer.status_code for answer in answers) == [302, *[409] * 7]
    for answer in answers:
        if answer.status_code == 409:
            lost = answer.content.decode()
            assert "期间已有人办理" in lost
            assert "已同意，变更生效" in lost
            assert "可以复制留用" in lost
            assert "再次提交" not in lost
    case = Case.objects.get(pk=asked.case.pk)
    assert (case.status, District.objects.get(pk=asked.district.pk).target_star) == ("approved", 3)
    assert AuditRecord.objects.filter(action="change.apply").count() == 1
    assert TransitionRecord.objects.filter(machine="change", action="decide").count() == 1


def test_a_decision_and_its_refusal_at_once_leave_one_outcome(people):
    district = make_pilot(people)
    record_failures(district, people.city_officer, dt.date(2025, 6, 1), dt.date(2026, 6, 1))
    walk = Losing(people, district).to_deciding()
    second = make_user("city_director", people.city_body)
    typed = {"version": walk.case.version, "decided_on": clock.today().isoformat(), "number": "演决1"}
    take = press(people.city_director, reverse("approvals:case_action", args=[walk.case.pk, "decide"]), {**typed, "remedies": WAYS})
    leave = press(second, reverse("approvals:case_action", args=[walk.case.pk, "decide_not"]), {**typed, "reason": "不予撤销"})
    assert sorted(answer.status_code for answer in race(take, leave)) == [302, 409]
    assert Case.objects.get(pk=walk.case.pk).status in {"decided", "dropped"}
    assert Title.objects.get().end == ""


def test_two_officers_open_one_file(people):
    district = make_pilot(people)
    second = make_user("city_officer", people.city_body)
    officers = (people.city_officer, second)
    results = race(*(partial(losses.open_loss, district=district, ground="revoke", by=user) for user in officers))
    assert sorted(getattr(one, "number", "") or str(one.status) for one in results) == ["409", f"CX-{clock.today().year}-0001"]


@pytest.mark.parametrize("paper", ["decision", "announcement"])
def test_one_number_entered_twice_in_one_instant_is_given_once(paper):
    number = "演沪建〔2026〕99号"
    first = Filing(name="演示一城（虚构）").to_decided()
    second = Filing(first.people, name="演示二城（虚构）").to_deciding()
    typed = {"version": second.case.version, "decided_on": clock.today().isoformat(), "number": number}
    deciding = press(second.people.city_director, reverse("approvals:case_action", args=[second.case.pk, "decide"]), typed)
    answers = []
    other = threading.Thread(target=lambda: answers.extend(race(deciding)))
    officer = first.people.city_officer
    if paper == "announcement":
        batch = announcements.create_batch(by=officer, cases=[first.case], demo=True)
        batch = announcements.approve(announcement=batch, by=first.people.city_director)
    else:
        Case.objects.filter(pk=first.case.pk).update(decision_number="")
    with transaction.atomic():
        if paper == "announcement":
            announcements.publish(announcement=batch, by=officer, number=number, announced_on=clock.today())
        else:
            numbering.enter_number(case=first.case, by=officer, number=number)
        other.start()
        waited = until_somebody_waits()
    other.join()
    assert waited
    assert answers[0].status_code == 409
    assert f"文号{number}已用于" in answers[0].content.decode()
    assert Case.objects.get(pk=second.case.pk).status == "deciding"
    assert Case.objects.filter(decision_number=number).count() == (paper == "decision")
