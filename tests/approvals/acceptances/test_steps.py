"""Every step of an acceptance: the pages tell of exactly those who get a message; an old form changes nothing."""

import pytest

from approvals.acceptances.lifecycle import ACCEPTANCE
from approvals.acceptances.procedure import ACCEPTANCE_STEPS
from approvals.applications.services import cases, corrections
from approvals.cases.bindings import NewFinding
from approvals.cases.checklist import FORM_REVIEW
from approvals.cases.models.cases import Case, Finding
from greendistrict.core import clock
from tests.approvals.applications.test_steps import SILENT, UNCHECKED, asks_corrections, ordinary, set_to, typed
from tests.approvals.casework.casewalk import ENTRY, facts_asked, walk_steps
from tests.factories.acceptance import Accepting

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ONLY_WITH = {
    ("open_review", "accepted"): ("", {}),
    ("recheck", "reviewed"): ("passed_after", {}),
    ("to_check", "reviewed"): ("passed", SILENT),
    ("to_decide", "reviewed"): ("passed", {**UNCHECKED, **SILENT}),
    ("close_notice_to_decide", "notice"): ("passed", UNCHECKED),
    ("decide_failed", "deciding"): ("failed", {}),
}


def accepted():
    walk = Accepting().to_accepted()
    return walk.do(cases.save_form_review, "city_officer", entries={key: (True, "") for key, _ in FORM_REVIEW})


def correcting():
    walk = Accepting().to_sent().do("correct", "city_officer", findings=[NewFinding("未盖章", slot="application")])
    return walk.do(corrections.save_answers, "preparer", answers={row.pk: "已盖章" for row in Finding.objects.all()})


def notice():
    walk = Accepting().to_checking()
    Case.objects.filter(pk=walk.case.pk).update(status="notice")
    walk.case.notices.update(closed_at=None)
    return walk


STATES = {
    "draft": Accepting,
    "signing": lambda: Accepting().to_signing(),
    "sent": lambda: Accepting().to_sent(),
    "correcting": correcting,
    "accepted": accepted,
    "visiting": lambda: Accepting().to_visited(),
    "reviewing": lambda: Accepting().to_reviewing(),
    "revising": lambda: Accepting().to_reviewed("revise"),
    "reviewed": lambda: Accepting().to_reviewed(),
    "notice": notice,
    "checking": lambda: Accepting().to_checking(),
    "deciding": lambda: Accepting().to_deciding(),
}


WALKED = [
    *((ACCEPTANCE, action, state) for state in STATES for action in ordinary(ACCEPTANCE, state, ONLY_WITH)),
    *((ACCEPTANCE, *name) for name in ONLY_WITH),
]


@pytest.mark.parametrize("state", STATES)
def test_those_the_pages_name_get_the_message_and_an_old_form_changes_nothing(client, state):
    walk = STATES[state]()
    answers = {f"answer-{row.pk}": "已盖章" for row in Finding.objects.all()}
    visit = {"planned_on": clock.today().isoformat(), "place": "演示门口", "members": "甲"}
    walk_steps(
        client,
        walk.people,
        walk.case,
        ordinary(ACCEPTANCE, state, ONLY_WITH),
        typed(open_visit=visit, enter_answer={**ENTRY, **answers}),
    )


@pytest.mark.parametrize("name", ONLY_WITH, ids="-".join)
def test_the_same_where_conclusion_or_settings_lead_elsewhere(client, name):
    action, source = name
    walk = STATES["visiting" if action == "open_review" else source]()
    Case.objects.filter(pk=walk.case.pk).update(status=source)
    set_to(walk, *ONLY_WITH[name])
    walk_steps(client, walk.people, walk.case, [action], typed())


@pytest.mark.parametrize("state", ["sent", "accepted"])
def test_a_correction_is_told_as_the_step_says(client, state):
    asks_corrections(client, STATES[state]())


def test_each_row_computes_what_the_guards_of_its_step_ask():
    assert facts_asked(ACCEPTANCE_STEPS) == {}
