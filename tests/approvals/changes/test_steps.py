"""Every step of a change: the pages tell of exactly those who get a message; an old form changes nothing."""

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.cases.models.entries import PaperEntry
from approvals.changes.lifecycle import CHANGE
from approvals.changes.procedure import CHANGE_STEPS
from approvals.consultations import services as handling
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.policy.models import Setting
from greendistrict.workflow.procedure import receivers
from tests.approvals.casework.casewalk import ENTRY, CaseWalk, facts_asked
from tests.approvals.changes.test_change import Asked
from tests.steps import steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STEPS = [(action, source) for _, action, source in steps_of(CHANGE) if action != "consult"]  # it has a page of its own
BEFORE = {"draft", "signing"}


@pytest.fixture
def asked():
    return Asked().to_draft()


def typed(action):
    """What is typed into the form of a step, beside the reason."""
    decision = {"number": "演决7", "decided_on": clock.today().isoformat()}
    return {"approve": decision, "decide": decision, "refuse": decision, "enter_sign": ENTRY, "enter_withdrawal": ENTRY}.get(action, {})


def at(asked, action, source):
    """The change in a state in which nothing stands against the step."""
    moment = clock.now()
    sent = None if source in BEFORE else moment
    Case.objects.filter(pk=asked.case.pk).update(status=source, submitted_at=sent, sent_at=sent)
    if action in {"drop_entered", "enter_sign"}:
        given = {"way": "phone", "received_on": clock.today(), "on_behalf": "演示", "note": "来电"}
        PaperEntry.objects.create(case=asked.case, action="filing_change", entered_by=asked.people.city_officer, entered_at=moment, **given)
        Case.objects.filter(pk=asked.case.pk).update(sent_at=moment)
    if action == "approve":
        Setting.objects.create(
            key="approval_chain.default", value=["经办", "审核"], reason="测试", by=asked.people.city_director, at=moment
        )
    return Case.objects.get(pk=asked.case.pk)


def walk(client, asked, step):
    action, source = step
    return CaseWalk(client, asked.people, CHANGE, at(asked, action, source), action, values=typed(action))


def department(asked):
    body = asked.people.partner.posts.get().organisation
    assert body.kind == OrganisationKind.PARTNER
    return body


@pytest.mark.parametrize("step", STEPS, ids="-".join)
def test_those_the_pages_name_get_the_message_and_nobody_else(client, asked, step):
    moved = walk(client, asked, step)
    if step[0] == "return_change":
        handling.ask(moved.obj, [department(asked)], "用地意见", asked.people.city_officer)
    moved.holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids="-".join)
def test_an_old_form_changes_nothing(client, asked, step):
    walk(client, asked, step).refuses_an_old_form()


@pytest.mark.parametrize("source", ["sent", "consulting"])
def test_departments_are_asked_by_a_page_of_its_own(client, asked, source):
    moved = walk(client, asked, ("consult", source))
    moved.url, moved.values = (
        reverse("approvals:case_consult", args=[moved.obj.pk]),
        {"question": "用地意见", "departments": department(asked).pk},
    )
    moved.known = set(moved.arrived())
    client.force_login(asked.people.city_officer)
    assert moved.post(moved.obj.version - 1).status_code == 409
    assert moved.arrived() == {}
    moved.takes_it(asked.people.city_officer, receivers(moved.obj, "consult", source).words)
    with pytest.raises(Refused, match="其中有部门已在征询"):
        handling.consult(case=asked.case, departments=[department(asked)], question="再问", by=asked.people.city_officer)


def test_each_row_computes_what_the_guards_of_its_step_ask():
    assert facts_asked(CHANGE_STEPS) == {}
