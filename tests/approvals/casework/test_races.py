"""Two people press at once: one wins, the other is told, nothing is half-done."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.losses.services import losses
from approvals.titles.models.publicity import Title
from districts.file.models.core import District
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, errors
from greendistrict.workflow.models import TransitionRecord
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import Losing, make_pilot, record_failures
from tests.factories.accounts import cast, make_user

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def race(*calls):
    """Run the calls at the same moment; what each returned, in order."""
    gate, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        try:
            gate.wait()
            results[number] = call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def press(user, path, data):
    client = Client()
    client.force_login(user)
    return lambda: client.post(path, data)


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


def test_a_decision_and_its_refusal_at_once_leave_one_outcome():
    people = cast()
    district = make_pilot(people)
    record_failures(district, people.city_officer, dt.date(2025, 6, 1), dt.date(2026, 6, 1))
    walk = Losing(people, district).to_deciding()
    second = make_user("city_director", people.city_body)
    typed = {"version": walk.case.version, "decided_on": clock.today().isoformat(), "number": "演决1"}
    take = press(people.city_director, reverse("approvals:case_action", args=[walk.case.pk, "decide"]), {**typed, "remedies": "复议"})
    leave = press(second, reverse("approvals:case_action", args=[walk.case.pk, "decide_not"]), {**typed, "reason": "不予撤销"})
    assert sorted(answer.status_code for answer in race(take, leave)) == [302, 409]
    assert Case.objects.get(pk=walk.case.pk).status in {"decided", "dropped"}
    assert Title.objects.get().end == ""


def test_two_officers_open_one_file():
    people = cast()
    district = make_pilot(people)
    second = make_user("city_officer", people.city_body)

    def open_one(user):
        def call():
            try:
                return losses.open_loss(district=district, ground="revoke", by=user).number
            except errors.Refused as refused:
                return refused.status

        return call

    results = race(open_one(people.city_officer), open_one(second))
    assert sorted(map(str, results)) == sorted(["409", f"CX-{clock.today().year}-0001"])
