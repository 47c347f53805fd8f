import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from greendistrict.core import clock
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage

AWAY = "mail server away"
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=clock.SHANGHAI)


@pytest.fixture
def delivered():
    seen = []
    outbox.handle("test", lambda message: seen.append(message.payload["n"]))
    yield seen
    outbox._handlers.by_key.pop("test")


@pytest.mark.django_db
def test_message_is_asked_for_once_per_key_and_done_once(delivered):
    assert outbox.emit("test", "k1", {"n": 1}) is True
    assert outbox.emit("test", "k1", {"n": 2}) is False
    assert outbox.emit("test", "k2", {"n": 3}) is True
    assert outbox.drain() == 2
    assert outbox.drain() == 0
    assert delivered == [1, 3]
    assert OutboxMessage.objects.filter(done_at__isnull=True).count() == 0


@pytest.mark.django_db
def test_failing_message_is_put_off_and_does_not_stop_the_others(delivered):
    def fail(message):
        raise ConnectionError(AWAY)

    outbox.handle("broken", fail)
    try:
        with clock.at(NOON):
            outbox.emit("broken", "b", {})
            outbox.emit("test", "t", {"n": 1})
            assert outbox.drain() == 1
            row = OutboxMessage.objects.get(key="b")
            assert (row.attempts, row.retry_at, row.done_at) == (1, NOON + dt.timedelta(minutes=1), None)
            assert row.error == f"ConnectionError: {AWAY}"
            assert outbox.drain() == 0
        outbox._handlers.by_key["broken"] = lambda _message: delivered.append("mended")
        with clock.at(NOON + dt.timedelta(minutes=2)):
            assert outbox.drain() == 1
    finally:
        outbox._handlers.by_key.pop("broken")
    assert delivered == [1, "mended"]


@pytest.mark.django_db
def test_effect_in_the_database_is_undone_with_the_mark_when_the_handler_fails():
    def half(message):
        OutboxMessage.objects.create(kind="x", key="effect", created_at=NOON)
        raise RuntimeError

    outbox.handle("half", half)
    try:
        outbox.emit("half", "h", {})
        outbox.drain()
    finally:
        outbox._handlers.by_key.pop("half")
    assert not OutboxMessage.objects.filter(key="effect").exists()


@pytest.mark.django_db
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
    barrier = threading.Barrier(3)

    def run():
        barrier.wait()
        outbox.drain()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(delivered) == list(range(40))
