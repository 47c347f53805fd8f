"""State × action × seat of one machine of cases, through ``perform`` and ``available_actions``."""

import itertools
from types import SimpleNamespace

import pytest

from approvals.cases.bindings import NewFinding
from greendistrict.accounts.models import Organisation
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.services import available_actions, perform

SEAT = {
    "preparer": "preparer",
    "reviewer": "reviewer",
    "authority": "authority",
    "city_officer": "city_officer",
    "city_checker": "city_checker",
    "city_legal": "city_legal",
    "city_director": "city_director",
    "secretariat": "secretariat",
}
OUTSIDE = ("consultant", "partner", "bureau", "expert1", "outsider_preparer", "audit_keeper")
SEATS = (*SEAT.values(), *OUTSIDE)


def typed():
    """What the forms of all steps ask for, so that no guard of what was typed stands against one."""
    today = clock.today()
    days = ("decided_on", "intent_served_on", "discussed_on", "served_on", "opens_on", "planned_on")
    entry = SimpleNamespace(received_on=today, on_behalf="演示单位", way="phone", scan=None, note="来电")
    findings = [NewFinding("未盖章", slot="application")]
    words = dict.fromkeys(("statement", "considered", "discussion", "remedies", "question"), "测试")
    return {
        **dict.fromkeys(days, today),
        **words,
        "number": "",
        "entry": entry,
        "departments": [Organisation.objects.first()],
        "note": "组长",
        "findings": findings,
    }


def at(case, state):
    type(case).objects.filter(pk=case.pk).update(status=state)
    return type(case).objects.get(pk=case.pk)


def takers(step):
    return {SEAT[seat.key] for seat in step.seats}


def walk_the_matrix(machine, case, people, facts_for) -> int:
    """Every legal cell by every seat, every other cell by one; returns how many steps were taken."""
    moved, turn = 0, itertools.cycle(SEATS)
    states, actions = [state.key for state in machine.states], sorted({step.action for step in machine.transitions})
    for state, action in itertools.product(states, actions):
        step = machine.find(action, state)
        for seat in SEATS if step else (next(turn),):
            now = at(case, state)
            given = {"machine": machine, "obj": now, "action": action, "by": people[seat], "facts": facts_for(action), "reason": "测试"}
            given["payload"] = typed()
            if step and seat in takers(step):
                perform(**given)
                assert now.status == step.target
                moved += 1
                continue
            with pytest.raises(NotAllowed if step else Refused):
                perform(**given)
            assert type(case).objects.get(pk=case.pk).status == state
    return moved


def check_offers(machine, case, people) -> None:
    """What is offered in each state is what that seat may perform."""
    for state in machine.states:
        now = at(case, state.key)
        for seat, person in people.items():
            legal = {step.action for step in machine.leaving(state.key) if seat in takers(step)}
            assert {offer.action for offer in available_actions(machine, now, person)} == legal, (state.key, seat)


def of_case(context):
    return context["offered"]


def check_pages(machine, case, people, client, url, *, offered=of_case) -> None:
    """Each state × seat through the page of the case: what is shown (``offered`` finds it) is what is allowed."""
    for state in machine.states:
        now = at(case, state.key)
        for seat in (*SEAT.values(), "partner", "consultant"):
            client.force_login(people[seat])
            shown = offered(client.get(url).context)
            assert {offer.action for offer in shown} == {offer.action for offer in available_actions(machine, now, people[seat])}, (
                state.key,
                seat,
            )
