import datetime as dt
import threading
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, leases
from greendistrict.core.errors import Closed, NotAllowed
from greendistrict.workflow import given_up, outbox
from greendistrict.workflow.enums import Lane
from greendistrict.workflow.models import OutboxMessage
from tests.factories.accounts import make_user
from tests.refusing import refuses
from tests.waiting import race

pytestmark = pytest.mark.django_db
AWAY = "mail server away"
MINUTE = dt.timedelta(minutes=1)
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=clock.SHANGHAI)


@contextmanager
def handled(run, kind="sent", **words):
    """A kind of message for one test."""
    outbox.handle(kind, run, **words)
    try:
        yield
    finally:
        outbox._handlers.by_key.pop(kind)


def refuse(message):
    raise ConnectionError(AWAY)


@pytest.fixture
def delivered():
    seen = []
    with handled(lambda message: seen.append(message.payload["n"]), "test"):
        yield seen


def test_asking_takes_one_statement_and_keeps_everything(delivered, django_assert_num_queries):
    later, payload = clock.now() + MINUTE, {"n": 1, "text": "一'二%s", "none": None}
    with django_assert_num_queries(1):
        assert outbox.emit("test", "k", payload, not_before=later) is True
    row = OutboxMessage.objects.get(key="k")
    assert (row.kind, row.payload, row.retry_at, row.attempts, row.unsure, row.error) == ("test", payload, later, 0, 0, "")
    assert (row.done_at, row.failed_at, abs(row.created_at - clock.now()) < MINUTE) == (None, None, True)


def test_message_is_asked_for_once_per_key_and_done_once(delivered):
    assert outbox.emit("test", "k1", {"n": 1}) is True
    assert outbox.emit("test", "k1", {"n": 2}) is False
    assert outbox.emit("test", "k2", {"n": 3}) is True
    assert outbox.drain() == 2
    assert outbox.drain() == 0
    assert delivered == [1, 3]
    assert OutboxMessage.objects.filter(done_at__isnull=True).count() == 0


def test_failing_message_is_put_off_and_does_not_stop_the_others(delivered):
    with clock.at(NOON), handled(refuse):
        outbox.emit("sent", "b", {"n": "mended"})
        outbox.emit("test", "t", {"n": 1})
        assert outbox.drain() == 1
        row = OutboxMessage.objects.get(key="b")
        assert (row.attempts, row.done_at, row.error) == (1, None, f"ConnectionError: {AWAY}")
        assert NOON + MINUTE <= row.retry_at <= NOON + 1.5 * MINUTE
        assert outbox.drain() == 0
    with clock.at(NOON + 2 * MINUTE), handled(lambda message: delivered.append(message.payload["n"])):
        assert outbox.drain() == 1
    assert delivered == [1, "mended"]


def test_effect_in_the_database_is_undone_with_the_mark_when_the_handler_fails():
    def half(message):
        OutboxMessage.objects.create(kind="x", key="effect", created_at=NOON)
        raise RuntimeError

    with handled(half):
        outbox.emit("sent", "h", {})
        outbox.drain()
    assert not OutboxMessage.objects.filter(key="effect").exists()


def test_rolled_back_decision_sends_nothing(delivered):
    with transaction.atomic():
        outbox.emit("test", "k", {"n": 1})
        transaction.set_rollback(True)
    assert outbox.drain() == 0
    assert delivered == []


@pytest.mark.django_db(transaction=True)
def test_two_drains_side_by_side_deliver_each_message_once(delivered):
    for number in range(40):
        outbox.emit("test", f"k{number}", {"n": number})
    race(*[outbox.drain] * 3)
    assert sorted(delivered) == list(range(40))


def test_waits_grow_and_what_fails_for_days_is_given_up_once(settings):
    settings.OUTBOX_ATTEMPTS = 4
    waits, now = [], NOON
    with handled(refuse):
        outbox.emit("sent", "k", {})
        for _ in range(6):
            with clock.at(now):
                outbox.drain()
            row = OutboxMessage.objects.get()
            waits.append((row.retry_at - now) / MINUTE)
            now = row.retry_at + MINUTE
    assert [low <= wait <= 1.5 * low for low, wait in zip((1, 5, 15, 60), waits, strict=False)] == [True] * 4
    assert (row.attempts, row.done_at, row.failed_at is not None) == (4, None, True)
    assert [found.key for found in given_up.given_up()] == ["k"]


def test_what_can_never_arrive_is_given_up_at_once():
    def nobody_there(message):
        raise outbox.Undeliverable("550 no such user")  # noqa: EM101, TRY003

    with handled(nobody_there, outside=True):
        outbox.emit("sent", "k", {})
        outbox.drain()
    row = OutboxMessage.objects.get()
    assert (row.attempts, row.unsure, row.error) == (1, 0, "Undeliverable: 550 no such user")
    assert row in given_up.given_up()


def test_the_system_keeper_sends_again_or_sets_aside_and_both_are_recorded():
    keeper, officer, sent = make_user("system_keeper"), make_user("city_officer"), []
    with handled(refuse):
        for key in ("a", "b"):
            outbox.emit("sent", key, {})
        outbox.drain()
    OutboxMessage.objects.update(failed_at=NOON, attempts=24)
    first, second = OutboxMessage.objects.order_by("pk")
    refuses(NotAllowed, given_up.send_again, key=first.pk, by=officer)
    given_up.send_again(key=first.pk, by=keeper)
    given_up.set_aside(key=second.pk, by=keeper)
    with handled(lambda message: sent.append(message.key)):
        assert outbox.drain() == 1
    assert sent == ["a"]
    for act, row in ((given_up.send_again, first), (given_up.set_aside, second)):
        refuses(Closed, act, key=row.pk, by=keeper)
    assert not given_up.given_up().exists()
    recorded = AuditRecord.objects.filter(action__startswith="workflow.").order_by("pk")
    assert [record.action for record in recorded] == ["workflow.send_again", "workflow.set_aside"]


def test_all_that_was_given_up_begins_anew_at_once():
    keeper, officer, sent = make_user("system_keeper"), make_user("city_officer"), []
    with handled(refuse):
        for key in ("a", "b", "waiting", "aside"):
            outbox.emit("sent", key, {})
        outbox.drain()
    OutboxMessage.objects.exclude(key="waiting").update(failed_at=NOON, attempts=24)
    OutboxMessage.objects.filter(key="b").update(unsure=2)
    given_up.set_aside(key=OutboxMessage.objects.get(key="aside").pk, by=keeper)
    refuses(NotAllowed, given_up.send_all_again, by=officer)
    assert [given_up.send_all_again(by=keeper) for _ in range(2)] == [2, 0]
    with handled(lambda message: sent.append((message.key, message.unsure))):
        outbox.drain()
    assert sent == [("a", 0), ("b", 1)]
    assert AuditRecord.objects.get(action="workflow.send_all_again").data["kinds"] == {"sent": 2}


@pytest.mark.parametrize(("raised", "seen", "unsure"), [(TimeoutError, [0, 1], 2), (outbox.NotTaken, [0, 0, 0, 0], 0)])
def test_an_outcome_that_nobody_knows_makes_the_next_attempt_a_repetition_and_there_is_no_third(raised, seen, unsure):
    """A refusal is no repetition."""
    found = []

    def silent(message):
        found.append(message.unsure)
        raise raised(AWAY)

    with handled(silent, outside=True):
        outbox.emit("sent", "k", {})
        for _ in range(4):
            OutboxMessage.objects.update(retry_at=None)
            outbox.drain()
    row = OutboxMessage.objects.get()
    assert (found, row.unsure, row.failed_at is not None) == (seen, unsure, bool(unsure))


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_begin_the_same_effect_outside():
    taken = []
    with handled(lambda message: taken.append(message.key), outside=True):
        outbox.emit("sent", "k", {})
        key = OutboxMessage.objects.get().pk

        def elsewhere():
            with leases.held(f"{outbox.LOCK}:{key}") as mine:
                assert mine
                inside.set()
                leave.wait(30)
            connection.close()

        inside, leave = threading.Event(), threading.Event()
        other = threading.Thread(target=elsewhere)
        other.start()
        assert inside.wait(30)
        assert outbox.drain() == 0
        leave.set()
        other.join()
        assert OutboxMessage.objects.get().unsure == 0
        assert outbox.drain() == 1
    assert taken == ["k"]


def test_each_lane_carries_out_its_own_kinds_and_calls_the_other_at_its_end(monkeypatch):
    called, done = [], []
    monkeypatch.setattr(outbox.current_app, "send_task", lambda name, **_: called.append(name))

    def first(message):
        done.append("inside")
        outbox.emit("sent", f"mail {message.key}", {})

    with handled(first, "asks"), handled(lambda _message: done.append("mail"), lane=Lane.MAIL, outside=True):
        for number in range(3):
            outbox.emit("asks", f"k{number}", {})
        assert outbox.drain(lane=Lane.MAIL) == 0
        assert (outbox.drain(lane=Lane.DEFAULT), done, called) == (3, ["inside"] * 3, [outbox.DRAINS[Lane.MAIL]])
        assert outbox.drain(lane=Lane.MAIL) == 3
        assert outbox.drain(limit=1, lane=Lane.DEFAULT) == 0
        outbox.emit("asks", "k3", {})
        outbox.emit("asks", "k4", {})
        assert (outbox.drain(limit=1, lane=Lane.DEFAULT), called[1:]) == (1, [outbox.DRAINS[Lane.DEFAULT], outbox.DRAINS[Lane.MAIL]])


def test_a_clock_that_is_put_back_leaves_nothing_waiting_for_days(delivered):
    with clock.at(NOON), handled(refuse):
        outbox.emit("sent", "k", {"n": 1})
        outbox.drain()
    with clock.at(NOON - dt.timedelta(days=3)), handled(lambda message: delivered.append(message.payload["n"])):
        assert outbox.drain() == 1
    assert delivered == [1]
