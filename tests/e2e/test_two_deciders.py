"""Two directors press at the same moment in two browsers: one decides, the other is told what happened and keeps what was typed."""

import re
from dataclasses import fields
from types import SimpleNamespace

import pytest

from approvals.cases.models.cases import Case, DecisionRecord
from greendistrict.accounts.enums import Role
from greendistrict.workflow.models import TransitionRecord
from tests.e2e.steps.cases import page
from tests.e2e.steps.seats import desk, take
from tests.factories.accounts import make_user
from tests.factories.approvals import Filing

pytestmark = [pytest.mark.area("approvals/casework", "greendistrict/workflow"), pytest.mark.django_db(transaction=True)]
NUMBERS = {"city_director": "演沪建〔2026〕101号", "second": "演沪建〔2026〕102号"}
PRESS = "() => { const form = document.querySelector('main form[method=post]'); setTimeout(() => form.requestSubmit(), 0); }"
ANSWER = re.compile("已办理：审定同意授予试点称号|期间已有人办理")


def test_one_wins_and_the_other_sees_what_happened(local_browser, live_server, album):
    filing = Filing().to_deciding()
    cast = {field.name: getattr(filing.people, field.name) for field in fields(filing.people)}
    people = SimpleNamespace(**cast, second=make_user(Role.CITY_DIRECTOR, filing.people.city_body, name="演示审定二"))
    with desk(local_browser, live_server, album, people) as seats:
        for seat, number in NUMBERS.items():
            seats[seat].open(page("case", filing.case))
            take(seats[seat], "审定同意授予试点称号")
            seats[seat].fill({"决定文号": number})
            seats[seat].press("审定同意授予试点称号")  # and once more below
            seats[seat].expected = 409
        for seat in NUMBERS:
            seats[seat].page.evaluate(PRESS)
        for seat in NUMBERS:
            seats[seat].page.get_by_text(ANSWER).first.wait_for()
        case = Case.objects.get()
        lost = next(seat for seat, number in NUMBERS.items() if number != case.decision_number)
        seats[lost].see("期间已有人办理", "已审定，待公告")
        assert seats[lost].page.get_by_label("决定文号").input_value() == NUMBERS[lost]
        seats[lost].shoot("lost")
    assert (case.status, case.decision_number in NUMBERS.values()) == ("decided", True)
    assert TransitionRecord.objects.filter(machine="application", action="decide").count() == 1
    assert DecisionRecord.objects.filter(step="decision").count() == 1
