"""Every step of 延期申请 and 更正: the page tells of exactly those who get a message; an old form changes nothing."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from approvals.requests.lifecycle import EXTENSION, RECTIFICATION
from approvals.requests.services import requests
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import procedure_of, receivers
from tests.factories.approvals import Filing
from tests.steps import Walk, reaches, step, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STEPS = steps_of(EXTENSION, RECTIFICATION)
FIRST = {"extension": ("forward", "city_officer"), "rectification": ("agree", "city_checker")}


def asked(machine, state):
    """An extension of the corrections' term, or a rectification of a decision's number, in a state."""
    if machine is EXTENSION:
        filing = Filing().to_correcting()
        until = filing.case.corrections.get().due + dt.timedelta(days=9)
        made = requests.ask_extension(case=filing.case, by=filing.people.reviewer, until=until, reason="外业（虚构）")
    else:
        filing = Filing().to_decided()
        number = {"field": "decision_number", "after": "演沪建〔2026〕9号", "reason": "登记有误（虚构）"}
        made = requests.propose_rectification(case=filing.fresh(), by=filing.people.city_officer, **number)
    if state == "deciding":
        action, seat = FIRST[machine.name]
        step(made, action, getattr(filing.people, seat))
    OutboxMessage.objects.all().delete()
    return made, filing.people


@pytest.mark.parametrize("step_of", STEPS, ids=[f"{machine.name}-{action}-{source}" for machine, action, source in STEPS])
def test_an_old_form_changes_nothing_and_a_fresh_one_tells_those_the_page_names(client, step_of):
    machine, action, source = step_of
    made, people = asked(machine, source)
    page = reverse("approvals:case", args=[made.case_id])
    url = reverse("approvals:asked_step", args=[made.case_id, machine.name, made.pk])
    walk = Walk(client, people, machine, made, action, page, url, f"{machine.name}-{made.pk}")
    walk.refuses_an_old_form()
    made.refresh_from_db()
    walk.holds_its_promise()


def test_two_rectifications_on_one_page_share_no_id(client):
    made, people = asked(RECTIFICATION, "proposed")
    day = {"field": "decided_on", "after": (made.case.decided_on - dt.timedelta(days=1)).isoformat(), "reason": "登记有误（虚构）"}
    requests.propose_rectification(case=made.case, by=people.city_officer, **day)
    client.force_login(people.city_checker)
    ids = re.findall(r' id="([^"]+)"', client.get(reverse("approvals:case", args=[made.case_id])).content.decode())
    assert len([one for one in ids if one.startswith("rectification-") and one.endswith("-version")]) == 2
    assert len(ids) == len(set(ids))


def test_what_a_decision_says_it_makes_is_made():
    extension, people = asked(EXTENSION, "deciding")
    assert {action: row.makes for action, row in procedure_of(extension).steps.items() if row.makes} == {"grant": ("due",)}
    step(extension, "grant", people.city_director)
    assert extension.case.corrections.get().due == extension.until
    assert extension.decided_at


def test_extensions_left_to_the_checker_reach_both_desks():
    made, people = asked(EXTENSION, "asked")
    key = "approval_chain.director_decides"
    left = [word for word in parameters.get(key).value if word != "extend"]
    set_setting(by=people.city_director, key=key, value=left, reason="授权审核（虚构）")
    turn, _ = receivers(made, "forward", "asked").people(made, "asked", None)
    assert turn == [people.city_director, people.city_checker]


def test_a_new_request_reaches_those_whose_turn_it_is():
    filing = Filing().to_correcting()
    until = filing.case.corrections.get().due + dt.timedelta(days=9)
    made = requests.ask_extension(case=filing.case, by=filing.people.reviewer, until=until, reason="外业（虚构）")
    assert "延期申请待经办核对" in str(reaches(filing.people, made, "begun"))
    assert OutboxMessage.objects.filter(payload__body="外业（虚构）").exists()
    number = {"field": "decision_number", "after": "演沪建〔2026〕9号", "reason": "登记有误（虚构）"}
    decided = Filing(filing.people, name="演示二城（虚构）").to_decided()
    reaches(decided.people, requests.propose_rectification(case=decided.fresh(), by=decided.people.city_officer, **number), "begun")
