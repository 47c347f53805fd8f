"""Taking a step with all that its procedure declares, on the stored yearly plan with a machine of the test's own."""

import dataclasses
import datetime as dt
from functools import partial

import pytest
from django import forms
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.workflow import declaration
from greendistrict.workflow.declaration import register
from greendistrict.workflow.machine import Machine, Seat, State, Transition, reads
from greendistrict.workflow.management.commands.print_lifecycle import row
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from greendistrict.workflow.procedure import (
    BEGUN,
    Event,
    Note,
    Party,
    Procedure,
    Step,
    notify_event,
    offered,
    procedure_of,
    receivers,
    take,
)
from tests.factories.accounts import make_organisation, make_user
from tests.refusing import refuses
from tests.waiting import race

OFFICER = Seat("officer", "经办", lambda held, _obj: User.objects.get(pk=held.person).username == "officer")
MESSAGES = ("todo", "moved")
BROKEN = "the paper could not be made"


class FileForm(forms.Form):
    number = forms.CharField()


@reads("works")
def has_works(_question, works):
    if not works:
        yield Refusal("没有工作")


def number_typed(question):
    if question.typed and not question.payload.get("number"):
        yield Refusal("请填写文号", field="number")


MACHINE = Machine(
    "test-plan",
    "测试计划",
    "districts.ImplementationPlan",
    (State("draft", "编制"), State("filed", "上报"), State("returned", "退回"), State("noted", "接收", final=True)),
    (
        Transition("file", "上报", ("draft", "returned"), "filed", (OFFICER,), (has_works, number_typed), message="报市级"),
        Transition("return", "退回", ("filed",), "returned", (OFFICER,), reason_required=True),
        Transition("note", "接收", ("filed",), "noted", (), by_system=True),
    ),
    initial="draft",
)


def people(*names):
    return lambda _obj, _source: User.objects.filter(username__in=names).order_by("pk")


class World:
    """What the steps of a test read, do and say."""

    def __init__(self):
        self.works, self.counted, self.effects, self.fail = 3, [], [], False
        self.officer = make_user("city_officer", username="officer")
        self.people = {name: make_user("authority", username=name) for name in ("ann", "bob", "cai")}
        self.plan = ImplementationPlan.objects.create(authority=make_organisation("authority"), year=2027)
        self.procedure = self.declare()

    def count(self, plan, today):
        self.counted.append((plan.pk, today))
        return self.works

    def effect(self, taken):
        taken.obj.year = 2030
        self.effects.append((taken.obj.status, taken.by, taken.record.action, dict(taken.values), dict(taken.facts)))
        if self.fail:
            raise OSError(BROKEN)

    def declare(self, **changed):
        steps = {
            "file": Step(
                form=FileForm,
                facts=("works", "works"),
                effect=self.effect,
                turn=("readers",),
                informed=("others",),
                by_source={"returned": (("others",), ())},
                message="todo",
                informed_message="moved",
            ),
            "return": Step(turn=("readers",), message="todo"),
            "note": Step(),
        }
        parties = {"readers": Party("甲方", people("ann", "officer")), "others": Party("乙方", people("ann", "bob"))}
        given = {
            "machine": MACHINE,
            "steps": steps,
            "parties": parties,
            "facts": {"works": self.count},
            "lock": lambda pk: ImplementationPlan.objects.select_for_update(of=("self",), no_key=True).get(pk=pk),
            "words": lambda taken: Note(f"{taken.record.action}：{taken.obj.year}", taken.record.reason, "/there/", demo=True),
        }
        return Procedure(**{**given, **changed})

    def anew(self, **changed):
        """Declared otherwise; ``file`` holds what changes of that step."""
        steps = self.procedure.steps
        file = dataclasses.replace(steps["file"], **changed.pop("file", {}))
        declaration._procedures.by_key.pop(MACHINE.name, None)
        register(self.declare(steps={**steps, "file": file}, **changed), messages=MESSAGES)

    def load(self):
        plan = ImplementationPlan.objects.get(pk=self.plan.pk)
        plan.machine_name = MACHINE.name
        return plan

    def take(self, action="file", version=0, by="officer", **more):
        values = {"number": "1号"} if action == "file" else {}
        user = self.officer if by == "officer" else by
        return take(obj=self.load(), action=action, by=user, version=version, **{"values": values, **more})

    def stored(self):
        plan = self.load()
        return plan.status, plan.version, plan.year, TransitionRecord.objects.count(), OutboxMessage.objects.count()


@pytest.fixture
def registered():
    yield
    declaration._procedures.by_key.pop(MACHINE.name, None)


@pytest.fixture
def world(db, registered):
    made = World()
    register(made.procedure, messages=MESSAGES)
    return made


NOTHING_CHANGED = ("draft", 0, 2027, 0, 0)


def sent():
    rows = OutboxMessage.objects.order_by("pk")
    return [(User.objects.get(pk=row.payload["receiver"]).username, row.payload["kind"], row.payload["title"]) for row in rows]


def test_a_step_decides_acts_tells_and_counts_up(world):
    record = world.take()
    assert (record.source, record.target, record.facts) == ("draft", "filed", {"works": 3})
    assert world.stored() == ("filed", 1, 2030, 1, 2)
    assert len(world.counted) == 1, "a fact is computed once"
    assert world.effects == [("filed", world.officer, "file", {"number": "1号"}, {"works": 3})]
    assert sent() == [("ann", "todo", "file：2030"), ("bob", "moved", "file：2030")]
    assert OutboxMessage.objects.first().payload | {"receiver": 0} == {
        "kind": "todo", "receiver": 0, "title": "file：2030", "body": "", "link": "/there/", "demo": True,
    }  # fmt: skip


def test_receivers_follow_the_state_that_was_left_and_leave_out_who_took_the_step(world):
    world.take()
    world.take("return", 1, reason="补充")
    OutboxMessage.objects.all().delete()
    world.take(version=2)
    assert [name for name, _, _ in sent()] == ["ann", "bob"]
    assert {kind for _, kind, _ in sent()} == {"todo"}
    assert receivers(world.load(), "file", "draft").words == "甲方、乙方"
    assert receivers(world.load(), "file", "returned").words == "乙方"
    turns = {state: world.procedure.turn_in(state) for state in ("draft", "filed", "returned")}
    assert turns == {"draft": (), "filed": ("readers", "others"), "returned": ("readers",)}, "it follows from the steps into a state"


def test_pages_and_the_printed_lifecycle_read_the_same_words(world):
    [offer] = offered(world.load(), world.officer)
    assert offer.receivers == "甲方、乙方"
    cells = {step.action: row(MACHINE, step).split(" | ")[-1] for step in MACHINE.transitions}
    assert cells == {"file": "`draft`: 甲方、乙方; `returned`: 乙方 |", "return": "甲方 |", "note": "— |"}


def test_a_stale_form_changes_nothing_and_carries_what_is_stored(world):
    world.take()
    before = world.stored()
    with pytest.raises(Stale) as caught:
        world.take("return", 0, reason="补充")
    assert caught.value.status == 409
    assert caught.value.current.version == 1
    assert world.stored() == before
    plan = world.load()
    ImplementationPlan.objects.all().delete()
    refuses(Stale, take, obj=plan, action="return", by=world.officer, version=1, reason="补充")


def test_a_version_is_asked_of_every_person(world):
    """Not of a step that follows from another or is taken in bulk, and not of the system."""
    with pytest.raises(TypeError, match="version"):
        world.take(version=None)
    assert world.stored() == NOTHING_CHANGED
    world.take(version=None, bulk=True)
    world.take("return", None, reason="补充", follows=True)
    world.take(version=None, bulk=True)
    take(obj=world.load(), action="note", by=None, version=None)
    assert world.stored()[:2] == ("noted", 4)


def test_the_record_keeps_the_form_values_that_the_row_names(world):
    world.anew(file={"keeps": ("number", "nothing_typed")})
    assert world.take().facts == {"works": 3, "number": "1号"}


def test_guards_read_the_cleaned_form_and_nothing_is_stored_before_they_agree(world):
    world.works = 0
    with pytest.raises(Refused) as caught:
        world.take(values={})
    assert [one.text for one in caught.value.refusals] == ["没有工作", "请填写文号"]
    assert (world.stored(), world.effects) == (NOTHING_CHANGED, [])


def test_fields_that_go_with_the_state_are_written_once_the_guards_agree(world):
    def dated(plan, by, values):
        return {"filed_on": dt.date(2026, 1, int(values["number"][0]))} if by == world.officer else {}

    world.anew(file={"with_state": dated, "effect": None})
    world.works = 0
    refuses(Refused, world.take, values={})
    assert world.load().filed_on is None
    world.works = 3
    with CaptureQueriesContext(connection) as queries:
        world.take()
    [update] = [one["sql"] for one in queries if one["sql"].startswith("UPDATE") and "\"status\" = 'filed'" in one["sql"]][:1]
    assert "2026-01-01" in update
    assert world.load().filed_on == dt.date(2026, 1, 1)


def test_an_effect_that_fails_takes_everything_back(world):
    world.fail = True
    with pytest.raises(OSError, match=BROKEN):
        world.take()
    assert world.effects, "it ran"
    assert world.stored() == NOTHING_CHANGED


def test_facts_are_computed_for_nobody_who_is_refused_anyway(world):
    refuses(NotAllowed, world.take, by=world.people["ann"])
    refuses("不能办理这一步", world.take, "return", reason="补充")
    refuses("不能办理这一步", world.take, "no-such-step")
    assert (world.counted, world.stored()) == ([], NOTHING_CHANGED)


def test_offered_steps_compute_only_the_facts_they_need(world):
    world.works = 0
    assert offered(world.load(), world.people["ann"]) == []
    [known] = offered(world.load(), world.officer, {"works": 0, "more": 1})  # a page hands in what it knows already
    assert ([refusal.text for refusal in known.refusals], world.counted) == (["没有工作"], [])
    [offer] = offered(world.load(), world.officer)
    assert [refusal.text for refusal in offer.refusals] == ["没有工作"], "nothing is typed yet, so the form is not judged"
    assert len(world.counted) == 1


def test_facts_hold_for_the_day_that_was_typed_and_the_reason_is_made_of_what_was_typed(world):
    world.anew(file={"as_of": "on", "reason": lambda values, typed: f"{values['number']}，{typed}"})
    day = dt.date(2026, 3, 1)
    record = world.take(values={"number": "1号", "on": day}, reason="补报")
    assert (world.counted, record.reason) == ([(world.plan.pk, day)], "1号，补报")
    world.take("return", 1, reason="补充")
    world.take(version=2, values={"number": "2号"})
    assert world.counted[1] == (world.plan.pk, clock.today())


def test_those_informed_may_read_other_words(world):
    world.anew(informed_words=lambda _taken: Note("报送了"))
    world.take()
    assert sent() == [("ann", "todo", "file：2030"), ("bob", "moved", "报送了")]


FAULTS = {
    "no row for ['note']": {"note": None},
    "rows for no action of the machine ['burn']": {"burn": Step()},
    "file: unknown facts ['colour']": {"file": Step(facts=("colour",))},
    "file: unknown parties ['mayor']": {"file": Step(turn=("mayor",), message="todo")},
    "file: unknown parties ['clerk']": {"file": Step(by_source={"draft": ((), ("clerk",))}, message="todo")},
    "file: unknown sources ['noted']": {"file": Step(by_source={"noted": ((), ())})},
    "return: notifies somebody without a message": {"return": Step(informed=("others",))},
    "file: the row lacks facts that its guards read ['works']": {"file": Step()},
    "file: the own day authority__burnt_on is no field": {"file": Step(own_day="authority__burnt_on")},
    "steps end unknown phases ['审查']": {"file": Step(ends="审查")},
    "steps end phases that outsiders do not see": {"file": Step(facts=("works",), ends_outside="审查")},
}


def test_a_row_that_contradicts_its_machine_does_not_start(world):
    for words, rows in FAULTS.items():
        with pytest.raises(ValueError, match="test-plan") as caught:
            world.declare(steps={name: step for name, step in {**world.procedure.steps, **rows}.items() if step})
        assert words in str(caught.value)


def test_the_bar_has_every_state_under_way_and_each_phase_ends(world):
    under_way = (State("draft", phase="编制"), State("filed", phase="审查"), State("returned", phase="编制"))
    rows = world.procedure.steps | {"file": Step(facts=("works",), ends="编制", own_day="authority__name"), "note": Step(ends="审查")}
    declared = world.declare(machine=dataclasses.replace(MACHINE, states=(*under_way, MACHINE.states[3])), steps=rows)
    assert (
        declared.bar()
        == ({"draft": "编制", "filed": "审查", "returned": "编制"}, {"file": "编制", "note": "审查"})
        == declared.bar(outside=True)
    )
    with pytest.raises(ValueError, match=r"no step ends the phases .'审查'"):
        dataclasses.replace(declared, steps=rows | {"note": Step()})
    with pytest.raises(ValueError, match=r"each state has a phase unless it is final, .'returned'"):
        dataclasses.replace(declared, machine=dataclasses.replace(MACHINE, states=(*under_way[:2], *MACHINE.states[2:])))


def test_a_new_matter_tells_those_of_its_beginning(world):
    begun = Event(turn=("readers",), informed=("others",), message="todo", informed_message="moved")
    world.anew(events={BEGUN: begun})
    for _ in range(2):
        notify_event(world.load(), BEGUN, world.officer)
    assert sent() == [("ann", "todo", "begun：2027"), ("bob", "moved", "begun：2027")]
    assert procedure_of(world.load()).turn_in("draft") == ("readers",)
    with pytest.raises(ValueError, match=r"begun: unknown parties \['strangers'\]"):
        world.declare(events={BEGUN: Event(turn=("strangers",), message="todo")})
    with pytest.raises(ValueError, match=r"unknown messages \['told'\]"):
        register(world.declare(events={BEGUN: Event(turn=("readers",), message="told")}), messages=MESSAGES)


def test_an_event_has_words_and_people_of_its_own_and_is_sent_once_per_mark(world):
    parties = {**world.procedure.parties, "named": Party("点名的", of_values=lambda values: [values["whom"]])}
    row = Event(
        turn=("named",),
        informed=("others",),
        message="todo",
        words=lambda taken: Note(f"{taken.values['what']}：{taken.obj.year}", taken.record.reason),
        informed_words=lambda taken: Note(f"另：{taken.values['what']}"),
    )
    world.anew(events={"meet": row}, parties=parties)
    values = {"what": "开会", "whom": world.people["cai"]}
    for mark in (1, 1, 2):
        notify_event(world.load(), "meet", world.people["bob"], mark=mark, reason="原因", values=values)
    assert sent() == [("cai", "todo", "开会：2027"), ("ann", "todo", "另：开会")] * 2
    assert world.stored()[:2] == ("draft", 0)


def test_an_unknown_message_and_a_second_procedure_do_not_start(world):
    with pytest.raises(ValueError, match="registered twice"):
        register(world.declare(), messages=MESSAGES)
    declaration._procedures.by_key.pop(MACHINE.name)
    with pytest.raises(ValueError, match=r"unknown messages \['moved'\]"):
        register(world.procedure, messages=("todo",))


def test_a_model_with_two_machines_says_which(world):
    assert procedure_of(world.load()) is world.procedure
    with pytest.raises(LookupError, match="2 procedures"):
        procedure_of(world.plan)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_and_one_is_told_so(registered):
    world = World()
    register(world.procedure, messages=MESSAGES)
    filing = {"action": "file", "by": world.officer, "version": 0, "values": {"number": "1号"}}
    results = race(*[partial(take, obj=world.load(), **filing) for _ in range(2)])
    assert [type(one) for one in results if isinstance(one, Refused)] == [Stale]
    assert (world.stored()[:2], len(world.effects), OutboxMessage.objects.count()) == (("filed", 1), 1, 2)


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction_each_time_and_a_row():
    lock, body = declaration.row_lock(ImplementationPlan, "authority"), make_organisation("authority")
    plan = ImplementationPlan.objects.create(authority=body, year=2026)
    for _ in range(2):
        with pytest.raises(transaction.TransactionManagementError):
            lock(plan.pk)
        with transaction.atomic():
            assert (lock(plan.pk), lock(plan.pk).authority) == (plan, body)
            with pytest.raises(ImplementationPlan.DoesNotExist):
                lock(plan.pk + 1)
