"""The walks of ``docs/walks.md`` taken: the functions are called in the order in which they stand there."""

import sys
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core import mail
from django.urls import reverse

from greendistrict.workflow.tasks import drain_mail, drain_outbox
from tests.architecture.test_walks import PAGE, ROW
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.assessments import make_self_check

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def named(title):
    """Python functions of a walk in their order, as (file, qualified name)."""
    section = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return [(path, name) for name, path in ROW.findall(section) if name and path.endswith(".py")]


def called(work):
    """Functions of the portal that the work calls, in order."""
    found = []

    def look(frame, event, _):
        code = frame.f_code
        path = code.co_filename.removeprefix(f"{ROOT}/")
        if event == "call" and not path.startswith(("/", ".", "<")):
            found.append((path, code.co_qualname.replace(".<locals>", "")))

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(before)
    return found


def out_of_order(walk, calls):
    """First function of the walk that is not called after those before it; None when all are."""
    rest = iter(calls)
    return next((step for step in walk if step not in rest), None)


def test_a_cell_is_typed(client):
    people = cast()
    table = make_self_check(people, filled=False).table
    client.force_login(people.preparer)
    data = {"7.2.7-value": "14.3", "7.2.7-version": 0, "field": "value", "token": "t1"}
    address = reverse("assessments:score_row", args=[table.pk, "7.2.7"])
    answers = []
    calls = called(lambda: answers.append(client.post(address, data, headers={"HX-Request": "true"})))
    assert [answer.headers["X-Version"] for answer in answers] == ["1"]
    assert "assessments/score_page/_score_saved.html" in {template.name for template in answers[0].templates}
    assert out_of_order(named("A cell is typed"), calls) is None


def test_a_case_moves(client):
    filing = Filing().to_endorsing().endorse()
    client.force_login(filing.people.authority)
    drain_outbox()
    drain_mail()
    mail.outbox.clear()
    typed = {"action": "send_up", "version": filing.fresh().version}
    answers = []

    def walk():
        answers.append(client.post(reverse("approvals:case_step", args=[filing.case.pk]), typed))
        answers.append(client.post(reverse("approvals:case_action", args=[filing.case.pk, "send_up"]), typed))
        drain_outbox()
        drain_mail()

    calls = called(walk)
    assert [answer.status_code for answer in answers] == [HTTPStatus.OK, HTTPStatus.FOUND]
    assert "approvals/requests/case_action.html" in {template.name for template in answers[0].templates}
    assert mail.outbox
    assert out_of_order(named("A case moves"), calls) is None
