"""Pooled connections of the web server after PostgreSQL has ended them."""

import copy
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection

from greendistrict.postgres.base import DatabaseWrapper
from greendistrict.postgres.waits import answering, lock_milliseconds
from greendistrict.processes import until
from tests.servers import OwnPostgres, silent

pytestmark = pytest.mark.django_db
BUSY = 10  # seconds: far from the thirty that a pool waits by itself, however busy the machine is; the bound is one
THERE = 60  # seconds until a server that runs has served everybody at once: no bound of ours, a machine with much else to do takes its time


def pooled(size=1, **changed):
    """A connection of Django with a pool of its own, as the web server has one."""
    known = {**copy.deepcopy(connection.settings_dict), **changed}
    told = {"timeout": 1.0, "reconnect_timeout": 0.0, "reconnect_failed": answering.failed}  # as in settings/base.py
    known["OPTIONS"] = {**known["OPTIONS"], "pool": {"min_size": 1, "max_size": size, **told}}
    return DatabaseWrapper(known, alias=connection.alias)


def answer(wrapper):
    """What a request asks, and then gives its connection back."""
    try:
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return cursor.fetchone()[0]
    finally:
        wrapper.close()


def end(pid):
    parameters = connection.get_connection_params()
    known = {name: parameters[name] for name in ("host", "port", "user", "password", "dbname") if parameters.get(name)}
    with closing(psycopg.connect(**known, autocommit=True)) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_connection_that_the_server_ended_is_replaced_before_a_request_meets_it():
    wrapper = pooled()
    try:
        first = answer(wrapper)
        assert answer(wrapper) == first
        end(first)
        assert answer(wrapper) != first
    finally:
        wrapper.close_pool()


def test_without_the_check_a_request_would_meet_it():
    wrapper = pooled(CONN_HEALTH_CHECKS=False)
    try:
        end(answer(wrapper))
        with pytest.raises(OperationalError):
            answer(wrapper)
    finally:
        wrapper.close_pool()


@pytest.fixture
def own_postgres():
    with tempfile.TemporaryDirectory(prefix="gd-pg-") as folder:
        own = OwnPostgres(Path(folder))
        own.start()
        yield own
        own.stop()


def asked_at_once(wrapper, times=8):
    """How long each of so many threads waits for its answer, and which of them got one."""

    def ask(_number):
        began = time.monotonic()
        try:
            with closing(DatabaseWrapper(wrapper.settings_dict, wrapper.alias)) as mine, mine.cursor() as cursor:
                cursor.execute("SELECT 1")
            return time.monotonic() - began, True
        except OperationalError:
            return time.monotonic() - began, False

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(ask, range(times)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["ended", "silent"])
def test_no_thread_waits_for_a_server_that_is_away_and_the_first_after_its_return_is_served(own_postgres, kind):
    place = {"HOST": str(own_postgres.sockets), "NAME": "greendistrict", "USER": "greendistrict", "PASSWORD": "", "PORT": ""}
    wrapper = pooled(8, **place)
    try:
        assert until(lambda: all(served for _took, served in asked_at_once(wrapper)), THERE)
        with silent(own_postgres) if kind == "silent" else own_postgres.stopped():
            for _again in range(3):  # with connections of before, with none, and once it is known
                told = asked_at_once(wrapper)
                assert not any(served for _took, served in told)
                assert max(took for took, _served in told) < BUSY
            assert sum(took for took, _served in asked_at_once(wrapper)) < 8, "one thread asks for its second, the others are told"
        assert until(lambda: asked_at_once(wrapper, 1)[0][1], THERE)
    finally:
        wrapper.close_pool()
        answering.__init__()


def test_what_saves_waits_longer_for_a_lock_and_the_next_reader_of_the_connection_does_not():
    wrapper = pooled()
    asked = []
    try:
        for wanted in (None, 10000, None, 9000, 9000):
            token = lock_milliseconds.set(wanted)
            with closing(wrapper), wrapper.cursor() as cursor:
                cursor.execute("SHOW lock_timeout")
                asked += cursor.fetchone()
            lock_milliseconds.reset(token)
            wrapper.connection = None
    finally:
        wrapper.close_pool()
    assert asked == ["1min", "10s", "1min", "9s", "9s"]
