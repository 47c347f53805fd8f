"""Every step of a loss of title: the pages tell of exactly those who get a message; an old form changes nothing."""

import datetime as dt

import pytest

from approvals.cases.models.cases import Case
from approvals.losses.lifecycle import LOSS
from approvals.losses.models import LossFile
from approvals.losses.procedure import LOSS_STEPS
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.models import Evidence
from greendistrict.policy.models import Setting
from tests.approvals.casework.casewalk import ENTRY, CaseWalk, facts_asked
from tests.factories.acceptance import Losing, failing
from tests.factories.approvals import pdf
from tests.steps import steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STEPS = [(action, source) for _, action, source in steps_of(LOSS) if action != "announce"]  # the batch announces
UNTOLD = {"draft", "checking", "telling"}


def today():
    return clock.today().isoformat()


def typed(action):
    """What is typed into the form of a step, beside the reason."""
    return {
        "tell": {"number": "演告〔2026〕7号", "intent_served_on": today()},
        "state": {"statement": "两个项目收尾"},
        "enter_statement": {**ENTRY, "statement": "两个项目收尾"},
        "to_legal": {"considered": "不予采纳"},
        "discuss": {"minutes_number": "演纪7", "discussed_on": today(), "discussed_by": "五人", "discussion": "同意"},
        "decide": {"number": "演决7", "decided_on": today(), "remedies": "可以申请行政复议"},
        "decide_not": {"number": "演决8", "decided_on": today()},
        "serve": {"served_on": today(), "served_way": "直接送达", "served_to": "演示签收人"},
    }.get(action, {})


@pytest.fixture
def losing():
    return Losing(*failing()).to_draft()


def at(losing, action, source):
    """The case in a state in which nothing stands against the step."""
    moment, day = clock.now(), clock.today()
    Case.objects.filter(pk=losing.case.pk).update(
        status=source,
        submitted_at=None if source in UNTOLD else moment,
        sent_at=moment,
        decision_number="演决9" if action == "serve" else "",
    )
    due = day - dt.timedelta(days=1) if action == "lapse" else day
    LossFile.objects.update(hearing_due=due, legal_on=day, discussed_on=day, intent_number="演告9")
    if action == "to_tell":
        chain = ["经办", "法制审核", "审定"]
        Setting.objects.create(key="approval_chain.cancel_or_revoke", value=chain, reason="测试", by=losing.people.city_director, at=moment)
    return losing.fresh()


def walk(client, losing, step):
    action, source = step
    return CaseWalk(client, losing.people, LOSS, at(losing, action, source), action, values=typed(action))


@pytest.mark.parametrize("step", STEPS, ids="-".join)
def test_those_the_pages_name_get_the_message_and_nobody_else(client, losing, step):
    walk(client, losing, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids="-".join)
def test_an_old_form_changes_nothing(client, losing, step):
    walk(client, losing, step).refuses_an_old_form()


def test_each_row_computes_what_the_guards_of_its_step_ask():
    assert facts_asked(LOSS_STEPS) == {}


def test_nothing_is_stored_of_a_decision_that_is_refused(losing):
    at(losing, "decide", "deciding")
    LossFile.objects.update(discussed_on=clock.today() + dt.timedelta(days=1))
    files = Evidence.objects.count()
    with pytest.raises(Refused) as refused:
        losing.do("decide", "city_director", number="演决7", decided_on=clock.today(), remedies=" ", scan=pdf())
    assert [one.field for one in refused.value.refusals] == ["remedies", "decided_on"]
    assert (losing.fresh().decided_on, losing.case.decision_number, Evidence.objects.count()) == (None, "", files)


def test_the_holder_is_not_sent_to_a_case_it_was_never_shown(client, losing):
    moved = walk(client, losing, ("drop", "draft"))
    moved.known = set(moved.arrived())
    client.force_login(losing.people.city_officer)
    moved.post(moved.obj.version)
    assert {note.link for note in moved.arrived().values()} == {"/cases/"}
