"""Acceptance, loss of title, extension, rectification, cell by cell: perform, what is offered, what the page shows; words and turns."""

import datetime as dt
from functools import partial

import pytest
from django.urls import reverse

from approvals.acceptances.lifecycle import ACCEPTANCE
from approvals.cases.lifecycle.machines import case_machines, machine_of, state_of
from approvals.cases.models.cases import CASE_STATES, CLOSED_STATES, Case
from approvals.casework.selectors.progress import STEPS_OF
from approvals.common.enums import CaseKind
from approvals.losses.lifecycle import LOSS
from approvals.requests.lifecycle import EXTENSION, RECTIFICATION
from approvals.requests.services import requests
from greendistrict.core import clock
from tests.approvals.casework.matrix import check_offers, check_pages, walk_the_matrix
from tests.factories.acceptance import Accepting, Losing, make_pilot, record_failures
from tests.factories.accounts import cast
from tests.factories.approvals import Filing

pytestmark = pytest.mark.django_db
NOTICE = {"wanted": True, "last_day": dt.date(2026, 11, 19), "closed": False, "unanswered": 0}
FINE = {
    "on": dt.date(2026, 11, 20),
    "request": [],
    "conclude": [],
    "table": {"exists": True, "blocking": []},
    "rounds": {"used": 0, "limit": 2},
    "findings": 0,
    "form_review": [],
    "questions": 0,
    "visit": {"exists": True, "done": True, "open": 0},
    "conclusion": "passed",
    "notice": NOTICE,
    "batch": "2026年第一批",
    "opinions": [],
    "against": [],
    "running": True,
    "missing": [],
    "chain": ("经办", "审核", "法制审核", "审定"),
    "hearing_due": dt.date(2026, 11, 20),
}
UNCHECKED = ("经办", "审定")
OWN = {
    "recheck": {"conclusion": "passed_after"},
    "to_check": {"notice": {**NOTICE, "closed": True}},
    "decide_failed": {"conclusion": "failed"},
    "open_visit": {"visit": {"exists": False, "done": False, "open": 0}},
    "to_decide": {"notice": {**NOTICE, "closed": True}, "chain": UNCHECKED},
    "close_notice_to_decide": {"chain": UNCHECKED},
    "to_tell": {"chain": ("经办", "法制审核", "审定")},
    "lapse": {"hearing_due": dt.date(2026, 11, 19)},
}


def facts_for(action):
    return {**FINE, **OWN.get(action, {})}


def seen_by_all(case):
    moment = clock.now()
    Case.objects.filter(pk=case.pk).update(submitted_at=moment, sent_at=moment, accepted_at=moment)


def numbered(case):
    """Without the number of its decision nothing is served or announced."""
    Case.objects.filter(pk=case.pk).update(decision_number="演1")


def offered_beside(name, context):
    """Steps of the one extension or rectification that the page of its case shows."""
    [shown] = context[name]
    return shown["offered"]


def counted(machine):
    return sum(len(step.sources) * len(step.seats) for step in machine.transitions)


@pytest.mark.slow
def test_acceptance_cell_by_cell_and_page_by_page(client):
    walk = Accepting()
    seen_by_all(walk.case)
    people = walk.people.everybody
    check_offers(ACCEPTANCE, walk.case, people)
    Case.objects.filter(pk=walk.case.pk).update(accepted_at=None)  # what the city has taken up cannot be recalled
    numbered(walk.case)
    assert walk_the_matrix(ACCEPTANCE, walk.case, people, facts_for) == counted(ACCEPTANCE) == 55
    seen_by_all(walk.case)
    check_pages(ACCEPTANCE, walk.case, people, client, reverse("approvals:case", args=[walk.case.pk]))


@pytest.mark.slow
def test_loss_cell_by_cell_and_page_by_page(client):
    people = cast()
    district = make_pilot(people)
    record_failures(district, people.city_officer, dt.date(2025, 6, 1), dt.date(2026, 6, 1))
    walk = Losing(people, district)
    seen_by_all(walk.case)
    check_offers(LOSS, walk.case, people.everybody)
    numbered(walk.case)
    assert walk_the_matrix(LOSS, walk.case, people.everybody, facts_for) == counted(LOSS) == 20
    check_pages(LOSS, walk.case, people.everybody, client, reverse("approvals:case", args=[walk.case.pk]))


@pytest.mark.slow
def test_rectification_cell_by_cell_and_page_by_page(client):
    filing = Filing().to_decided()
    people = filing.people.everybody
    asked = requests.propose_rectification(
        case=filing.case, by=people["city_officer"], field="decision_number", after="演沪建〔2026〕9号", reason="登记有误"
    )
    check_offers(RECTIFICATION, asked, people)
    assert walk_the_matrix(RECTIFICATION, asked, people, facts_for) == counted(RECTIFICATION) == 6
    shown = partial(offered_beside, "rectifications")
    check_pages(RECTIFICATION, asked, people, client, reverse("approvals:case", args=[filing.case.pk]), offered=shown)


@pytest.mark.slow
def test_extension_cell_by_cell_and_page_by_page(client):
    filing = Filing().to_correcting()
    people, due = filing.people.everybody, filing.case.corrections.get().due
    asked = requests.ask_extension(case=filing.case, by=people["reviewer"], until=due + dt.timedelta(days=9), reason="外业")
    Case.objects.update(accepted_at=clock.now())
    check_offers(EXTENSION, asked, people)
    assert walk_the_matrix(EXTENSION, asked, people, facts_for) == counted(EXTENSION) == 6
    shown = partial(offered_beside, "extensions")
    check_pages(EXTENSION, asked, people, client, reverse("approvals:case", args=[filing.case.pk]), offered=shown)


def test_each_kind_has_its_words_and_steps():
    assert {key for machine in case_machines().values() for key in (state.key for state in machine.states)} == set(CASE_STATES)
    for kind, machine in case_machines().items():
        states = {state.key for state in machine.states}
        assert {state.key for state in machine.states if state.final} <= set(CLOSED_STATES)
        under_way = {state for _, some, _ in STEPS_OF[kind] for state in some}
        assert under_way == states - set(CLOSED_STATES)
        assert {action for _, _, action in STEPS_OF[kind]} <= {step.action for step in machine.transitions}
    case = Case(kind="CX", status="hearing")
    assert {kind: machine.name for kind, machine in case_machines().items()} == {kind: kind.machine_name for kind in CaseKind}
    assert (machine_of(case), state_of(case).public) == (LOSS, "已告知")
