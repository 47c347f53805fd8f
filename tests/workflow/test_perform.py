"""The one writer of state, tried on the announcement-free machine of score tables' neighbour: a plain stored object."""

from functools import partial

import pytest
from django.db import connection, transaction

from greendistrict.accounts.models import Organisation, User
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.workflow import declaration, registry
from greendistrict.workflow.machine import Machine, Seat, State, Transition, reads
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.procedure import Note, Procedure, Step, offered
from greendistrict.workflow.services import perform
from tests.factories.accounts import make_organisation, make_user
from tests.refusing import refuses
from tests.waiting import race

OFFICER = Seat("officer", "经办", lambda held, _obj: User.objects.get(pk=held.person).username == "officer")


@reads("number")
def number_given(_question, number):
    if not number:
        yield Refusal("请填写文号", field="number", required="文号", found="未填")


@reads("area")
def area_given(_question, area):
    if not area:
        yield Refusal("请填写面积", field="area")


# The state lives in a field of an ordinary model, so that nothing is invented for the test.
MACHINE = Machine(
    "test-organisation",
    "测试单位",
    "accounts.Organisation",
    (State("applicant", "申报"), State("consultant", "咨询"), State("expert", "专家", final=True)),
    (
        Transition("advance", "推进", ("applicant",), "consultant", (OFFICER,), (number_given, area_given), message="推进到咨询"),
        Transition("send_back", "退回", ("consultant",), "applicant", (OFFICER,), reason_required=True),
        Transition("close", "办结", ("consultant",), "expert", (), by_system=True),
    ),
    field="kind",
)
FACTS = {"number": "1号", "area": "2.00"}


@pytest.fixture
def officer(db):
    return make_user("city_officer", username="officer")


@pytest.fixture
def body(db):
    return make_organisation("applicant")


def test_step_writes_state_record_and_audit_in_one(officer, body):
    record = perform(machine=MACHINE, obj=body, action="advance", by=officer, facts=FACTS, reason=" 同意 ")
    body.refresh_from_db()
    assert body.kind == "consultant"
    assert (record.source, record.target, record.seat, record.reason) == ("applicant", "consultant", "经办", "同意")
    assert (record.facts, record.actor_name) == (FACTS, officer.name)
    assert AuditRecord.objects.filter(action="test-organisation.advance", actor_id=officer.pk).count() == 1


def test_all_refusals_come_at_once_and_nothing_is_written(officer, body):
    with pytest.raises(Refused) as refused:
        perform(machine=MACHINE, obj=body, action="advance", by=officer, facts=dict.fromkeys(FACTS))
    assert [refusal.field for refusal in refused.value.refusals] == ["number", "area"]
    body.refresh_from_db()
    assert body.kind == "applicant"
    assert TransitionRecord.objects.count() == 0


def test_reason_that_is_required_is_asked_for(officer, body):
    perform(machine=MACHINE, obj=body, action="advance", by=officer, facts=FACTS)
    refuses("请填写理由", perform, machine=MACHINE, obj=body, action="send_back", by=officer, reason="  ")


def test_wrong_state_and_wrong_seat_are_refused(officer, body):
    refuses("现为“申报”", perform, machine=MACHINE, obj=body, action="send_back", by=officer, reason="x")
    stranger = make_user("city_officer", username="stranger")
    with pytest.raises(NotAllowed, match="由经办办理"):
        perform(machine=MACHINE, obj=body, action="advance", by=stranger, facts=FACTS)


def test_system_takes_only_steps_of_the_system(officer, body):
    refuses(NotAllowed, perform, machine=MACHINE, obj=body, action="advance", by=None, facts=FACTS)
    perform(machine=MACHINE, obj=body, action="advance", by=officer, facts=FACTS)
    with pytest.raises(NotAllowed, match="由系统办理"):
        perform(machine=MACHINE, obj=body, action="close", by=officer)
    assert perform(machine=MACHINE, obj=body, action="close", by=None).actor_name == "系统"


def test_stale_object_is_read_again_under_lock(officer, body):
    stale = Organisation.objects.get(pk=body.pk)
    perform(machine=MACHINE, obj=body, action="advance", by=officer, facts=FACTS)
    assert stale.kind == "applicant"
    refuses("现为“咨询”", perform, machine=MACHINE, obj=stale, action="advance", by=officer, facts=FACTS)


def test_offered_steps_are_those_perform_would_take(officer, body, monkeypatch):
    rows = {transition.action: Step(facts=tuple(FACTS) if transition.action == "advance" else ()) for transition in MACHINE.transitions}
    known = dict.fromkeys(FACTS, lambda _obj, _today: "")
    procedure = Procedure(
        machine=MACHINE, steps=rows, lock=Organisation.objects.get, words=lambda taken, _step: Note(str(taken.obj)), facts=known
    )
    monkeypatch.setitem(declaration._procedures.by_key, MACHINE.name, procedure)
    body.machine_name = MACHINE.name
    steps = offered(body, officer, FACTS | {"area": ""})
    assert [(step.action, step.allowed, [refusal.field for refusal in step.refusals]) for step in steps] == [("advance", False, ["area"])]
    assert offered(body, officer, FACTS)[0].allowed
    assert offered(body, make_user("partner", username="other"), FACTS) == []


def test_handlers_run_in_the_same_transaction(officer, body):
    seen = []

    def handler(*, record, obj, by, payload):
        seen.append((record.action, obj.pk, by.pk, payload))
        raise RuntimeError

    registry.on(MACHINE, "advance", handler)
    try:
        with pytest.raises(RuntimeError):
            perform(machine=MACHINE, obj=body, action="advance", by=officer, facts=FACTS, payload={"x": 1})
    finally:
        registry._handlers.by_key.popitem()
    body.refresh_from_db()
    assert seen == [("advance", body.pk, officer.pk, {"x": 1})]
    assert body.kind == "applicant"
    assert TransitionRecord.objects.count() == 0


def test_a_machine_knows_its_table_and_refuses_what_contradicts_it():
    states, step = (State("open", "进行中"), State("done", "完成", final=True)), Transition("finish", "完成", ("open",), "done", ())

    def machine(*transitions):
        return Machine("test", "测试", "app.Model", states, transitions)

    table = machine(step)
    assert [table.find(*cell) for cell in (("finish", "open"), ("finish", "done"), ("other", "open"))] == [step, None, None]
    assert (table.leaving("open"), table.leaving("done")) == ((step,), ())
    with pytest.raises(ValueError, match="unknown states"):
        machine(Transition("finish", "完成", ("open",), "nowhere", ()))
    with pytest.raises(ValueError, match="twice"):
        machine(step, step)
    with pytest.raises(KeyError):
        table.state("nowhere")
    with pytest.raises(ValueError, match="no action"):
        registry.on(MACHINE, "nothing", lambda **_: None)


@pytest.mark.django_db(transaction=True)
def test_two_people_press_at_once_and_one_wins():
    officer = make_user("city_officer", username="officer")
    body = make_organisation("applicant")
    opened = [Organisation.objects.get(pk=body.pk) for _ in range(2)]
    results = race(*[partial(perform, machine=MACHINE, obj=mine, action="advance", by=officer, facts=FACTS) for mine in opened])
    assert [str(one) for one in results if isinstance(one, Refused)] == ["测试单位现为“咨询”，不能办理这一步"]
    assert TransitionRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_step_does_not_wait_for_somebody_who_writes_a_row_that_refers_to_the_same_object():
    officer = make_user("city_officer", username="officer")
    body = make_organisation("applicant")
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:  # what PostgreSQL does for the foreign key of a row that is being stored
            cursor.execute("SELECT 1 FROM accounts_organisation WHERE id = %s FOR KEY SHARE", [body.pk])
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
            perform(machine=MACHINE, obj=body, action="advance", by=officer, facts=FACTS)
    finally:
        other.close()
    assert body.kind == "consultant"
