"""Every kind of matter in every state: who sees what, what steps promise, old forms, forms of other seats, desks."""

import re
from copy import deepcopy
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from django.db import transaction

from greendistrict.core import clock
from greendistrict.workflow.procedure import may_take, procedure_of
from greendistrict.workflow.procedure import offered as steps_offered
from tests.matters import desk, offers, signed
from tests.matters.every import MATTERS, STATES, area
from tests.matters.pressed import offered, pressed
from tests.matters.walk import deliver, refuses_forms_of_others, step_of

CLOSED = {HTTPStatus.FORBIDDEN, HTTPStatus.GONE}


@pytest.fixture(scope="module")
def begun(request, django_db_setup, django_db_blocker):
    """The world of a kind, kept for all of its states."""
    kind = MATTERS[request.param]
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.at(kind.moment or clock.now()):
            world = kind()
        yield world
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def standing(request, begun, django_db_blocker):
    """The matter in one of its states."""
    matter = deepcopy(begun)
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.at(matter.moment or clock.now()):
            matter.to(request.param)
            deliver()
        yield matter
        transaction.set_rollback(True)


@pytest.fixture
def matter(standing, db):
    """A copy for the test."""
    with clock.at(standing.moment or clock.now()):
        yield deepcopy(standing)


def each(states, fast=MATTERS):
    """The test with the matter of each kind in each of the states; what is not fast is taken where the area of the kind changed."""
    marks = {name: [pytest.mark.area(*area(kind))] if kind.slow or name not in fast else [] for name, kind in MATTERS.items()}
    found = [pytest.param(name, state, id=f"{name}-{state}", marks=marks[name]) for name, state in states]
    return pytest.mark.parametrize(("begun", "standing"), found, indirect=True)


STANDING = each(STATES)
MOVING = each((name, state) for name, state in STATES if not MATTERS[name].machine.state(state).final)


def steps(matter):
    return [one.action for one in matter.machine.leaving(matter.state) if one.seats and one.action not in matter.elsewhere]


@STANDING
def test_a_page_opens_for_whom_it_should_and_shows_each_what_is_theirs(matter):
    clients = offers.browsers(matter)
    pages = offers.opened(clients, matter)
    offers.check(matter.machine.name, matter.state, offers.shown(matter, pages))
    refuses_forms_of_others(clients, matter, pages)


@MOVING
def test_those_a_page_names_get_the_message_and_nobody_else(client, matter):
    for action in steps(matter):
        with step_of(client, matter, action) as step:
            step.holds_its_promise()


@MOVING
def test_an_old_form_changes_nothing(client, matter):
    for action in steps(matter):
        with step_of(client, matter, action) as step:
            step.refuses_an_old_form()


@MOVING
def test_forms_of_other_seats_and_of_strangers_change_nothing(client, matter):
    seeing = offers.seen_by(matter.machine.name, matter.state)
    for turn, action in enumerate(steps(matter)):
        with step_of(client, matter, action) as step:
            others = [seat for seat, user in step.matter.seats().items() if user not in step.takers and seat not in matter.beside]
            inside, outside = ([seat for seat in others if (seat in seeing) is sees] for sees in (True, False))
            step.refuses_others([group[turn % len(group)] for group in (inside, outside) if group])


@MOVING
def test_what_a_seat_can_do_is_on_its_desk(matter):
    assert matter.machine.name in desk.ELSEWHERE or desk.missing(matter) == []


@each(STATES, fast=("self_check", "yearly_report"))
def test_no_page_of_a_state_offers_what_the_state_refuses(client, matter):
    """Its links open, and no press of a form is told that it is closed or somebody else's; with every change of what is handed up."""
    page, found = matter.page(), []
    for seat in ("preparer", "reviewer", "authority", "secretariat", "city_officer"):
        client.force_login(matter.people.everybody[seat])
        answer = client.get(page)
        links, forms = offered(answer.content.decode(), page) if answer.status_code == HTTPStatus.OK else ((), ())
        own = [link for link in links if link != page and urlsplit(link).path.startswith(urlsplit(page).path)]
        found += [(seat, link) for link in own if client.get(link).status_code in CLOSED | {HTTPStatus.CONFLICT}]
        found += [(seat, place, values) for place, values in forms if pressed(client, place, values) in CLOSED]
    assert found == []


SIGNED = each((name, state) for name, state in STATES if name in signed.KINDS and not MATTERS[name].machine.state(state).final)


@SIGNED
def test_who_signs_sees_what_they_sign(client, matter):
    """Own result, explained figures, and words asked for: on the matter's page and on the page of each step that is signed."""
    assert signed.missing(client, matter) == []


def test_every_kind_says_whether_it_shows_a_result_or_figures():
    assert {*signed.KINDS, *signed.NEITHER} == set(MATTERS)
    assert not set(signed.KINDS) & signed.NEITHER


# States in which those who are waited for act in another matter: members in the review, the district on each finding.
ACT_ELSEWHERE = {
    ("review", "inviting"), ("review", "scoring"), ("review", "meeting"), ("stage_assessment", "reviewing"), ("application", "reviewing"),
    ("acceptance", "reviewing"), ("inspection", "issued"),
}  # fmt: skip
NOBODY = {"notice", "hearing"}  # days pass: the public may comment, the holder of a title may state its case
# Matters whose page is that of something else, says in its own words who comes next, or shows a draft to its writers only.
SAID_OTHERWISE = {
    "plot_allocation", "plot_grant", "plot_own", "panel_member", "paper_scores", "row_share", "recusal_request", "review_opinion",
    "stage_opinion", "year_closing", "announcement", "review", "edition", "indicator_system",
}  # fmt: skip


@MOVING
def test_whoever_is_waited_for_may_take_a_step(matter):
    """Asked of the parties whose people the matter itself tells."""
    obj, procedure = matter.fresh(), procedure_of(matter.obj)
    known = [(key, procedure.parties[key]) for key in procedure.awaited(obj) if key in procedure.parties]
    people = {key: list(party.of(obj, matter.state, {})) for key, party in known if not (party.by_effect or party.of_values)}
    leaving = procedure.machine.leaving(matter.state)
    idle = [key for key, them in people.items() if them and not any(may_take(one, obj, who) for one in leaving for who in them)]
    assert idle == [] or (matter.machine.name, matter.state) in ACT_ELSEWHERE


@MOVING
def test_who_has_nothing_to_do_reads_whose_turn_it_is(client, matter):
    obj, told = matter.fresh(), {}
    if matter.machine.name in SAID_OTHERWISE or matter.state in NOBODY or not procedure_of(obj).awaited(obj):
        return
    for seat in offers.seen_by(matter.machine.name, matter.state):
        user = matter.seats()[seat]
        if not steps_offered(obj, user):
            client.force_login(user)
            told[seat] = re.findall("等待<b>([^<]+)</b>办理", client.get(matter.page(), follow=True).content.decode())
    assert [seat for seat, words in told.items() if len(words) != 1] == []
