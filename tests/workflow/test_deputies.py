"""Steps by delegation: both names on the record, one person on one side of a matter, adverse decisions by the holder."""

import datetime as dt

import pytest

from greendistrict.accounts import delegations
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.workflow.declaration import machines
from greendistrict.workflow.machine import Machine, Seat, State, Transition
from greendistrict.workflow.services import may_take, perform
from tests.factories.accounts import make_organisation

CHECKER = Seat("checker", "审核", lambda held, _obj: held.has(Role.CITY_CHECKER))
DIRECTOR = Seat("director", "审定", lambda held, _obj: held.has(Role.CITY_DIRECTOR))
MACHINE = Machine(
    "test-deputy",
    "测试单位",
    "accounts.Organisation",
    (State("applicant", "申报"), State("consultant", "咨询"), State("expert", "专家", final=True)),
    (
        Transition("check", "审核", ("applicant",), "consultant", (CHECKER,)),
        Transition("decide", "审定", ("consultant",), "expert", (DIRECTOR,)),
        Transition("refuse", "不同意", ("consultant",), "expert", (DIRECTOR,), adverse=True),
        Transition("again", "重来", ("expert",), "applicant", (DIRECTOR,)),
    ),
    field="kind",
)


@pytest.fixture
def deputy(people):
    today = clock.today()
    delegations.delegate(
        post=people.city_director.posts.get(), deputy=people.city_checker, first=today, last=today + dt.timedelta(days=9), reason="出差",
        by=people.city_director,
    )  # fmt: skip
    return User.objects.get(pk=people.city_checker.pk)


def offered(obj, user):
    return {one.action for one in MACHINE.leaving(obj.kind) if may_take(one, obj, user)}


def test_both_names_stand_on_the_record(people, deputy):
    body = make_organisation("consultant")
    record = perform(machine=MACHINE, obj=body, action="decide", by=deputy)
    assert record.actor_name == f"{deputy.name}（受{people.city_director.name}委托）"
    assert (record.actor, record.principal, record.seat) == (deputy, people.city_director, "审定")
    assert AuditRecord.objects.get(action="test-deputy.decide").data["principal"] == people.city_director.name


def test_who_checked_does_not_decide_for_another(people, deputy):
    body = make_organisation("applicant")
    record = perform(machine=MACHINE, obj=body, action="check", by=deputy)
    assert (record.actor_name, record.principal) == (deputy.name, None), "the own steps bear one name"
    assert offered(body, deputy) == set()
    with pytest.raises(NotAllowed, match="审定"):
        perform(machine=MACHINE, obj=body, action="decide", by=deputy)
    perform(machine=MACHINE, obj=body, action="decide", by=people.city_director)


def test_who_decided_for_another_does_not_check_afterwards(people, deputy):
    body = make_organisation("consultant")
    perform(machine=MACHINE, obj=body, action="decide", by=deputy)
    perform(machine=MACHINE, obj=body, action="again", by=deputy)
    with pytest.raises(NotAllowed, match="受托办理过其他步骤"):
        perform(machine=MACHINE, obj=body, action="check", by=deputy)


def test_an_adverse_decision_is_the_holders_unless_the_setting_says_so(people, deputy, settings):
    body = make_organisation("consultant")
    assert offered(body, deputy) == {"decide"}
    assert offered(body, people.city_director) == {"decide", "refuse"}
    with pytest.raises(NotAllowed):
        perform(machine=MACHINE, obj=body, action="refuse", by=deputy)
    settings.DELEGATE_ADVERSE = True
    assert perform(machine=MACHINE, obj=body, action="refuse", by=deputy).principal == people.city_director


def test_which_steps_of_the_portal_are_adverse():
    """What ends a party's matter against it, or takes a title; whoever adds such a step says so in its machine."""
    found = {f"{machine.name}.{one.action}" for machine in machines() for one in machine.transitions if one.adverse}
    assert found == {
        "application.refuse", "application.decide_failed", "acceptance.refuse", "acceptance.decide_failed", "change.refuse",
        "change.decline",
        "loss.agree", "loss.tell", "loss.decide", "stage_assessment.disqualify", "post_evaluation.disqualify",
    }  # fmt: skip
