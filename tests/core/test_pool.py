"""Pooled connections of the web server after PostgreSQL has ended them."""

import copy
from contextlib import closing

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.backends.postgresql.base import DatabaseWrapper

pytestmark = pytest.mark.django_db


def pooled(**changed):
    """A connection of Django with a pool of its own, as the web server has one."""
    known = {**copy.deepcopy(connection.settings_dict), **changed}
    known["OPTIONS"] = {**known["OPTIONS"], "pool": {"min_size": 1, "max_size": 1}}
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
