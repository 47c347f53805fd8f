"""Log lines: structure, numbers, and nothing that must stay secret."""

import json
import logging
import sys

import pytest
import structlog
from django.test import RequestFactory

from greendistrict.core import logs, request_id


def line(machine_readable, text, *args, exc_info=None, **extra):
    record = logging.getLogger("probe").makeRecord("probe", logging.WARNING, "f", 1, text, args, exc_info, extra=extra)
    return logs.formatter(machine_readable=machine_readable).format(record)


def test_production_lines_are_one_json_object():
    found = json.loads(line(True, "第 %s 号\n下一行", 7, district="SH-01"))
    assert found["event"] == "第 7 号\n下一行"
    assert (found["level"], found["logger"], found["district"]) == ("warning", "probe", "SH-01")
    assert found["timestamp"].endswith("Z")
    assert "request_id" not in found


def test_lines_carry_request_and_user():
    class Somebody:
        pk = 12

    request = RequestFactory().get("/")
    request._cached_user = Somebody()
    token = logs.request_of_context.set(request)
    try:
        with request_id.bound("number-0001"):
            found = json.loads(line(True, "x"))
    finally:
        logs.request_of_context.reset(token)
    assert (found["request_id"], found["user_id"]) == ("number-0001", 12)
    assert request_id.current() == ""


def test_a_request_whose_user_nobody_asked_for_costs_no_query():
    token = logs.request_of_context.set(RequestFactory().get("/"))
    try:
        assert "user_id" not in json.loads(line(True, "x"))
    finally:
        logs.request_of_context.reset(token)


@pytest.mark.parametrize("machine_readable", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "connecting to postgresql://me:hunter2@db/portal failed",
        "connecting to redis://:hunter2@redis:6379/0",
        "password=hunter2 was wrong",
        '{"new_password": "hunter2", "x": 1}',
        "Authorization: Token hunter2",
        "Cookie: sessionid=hunter2; csrftoken=hunter2",
        "api_key='hunter2'",
    ],
)
def test_secrets_inside_texts_are_masked(machine_readable, text):
    said = line(machine_readable, text)
    assert "hunter2" not in said
    assert "***" in said


def test_secrets_of_telling_keys_are_masked_at_any_depth():
    found = json.loads(line(True, "x", password="hunter2", data={"API-Token": "hunter2", "rows": [{"secret": "hunter2", "a": 1}]}))
    assert "hunter2" not in json.dumps(found)
    assert found["data"]["rows"][0]["a"] == 1


def test_secrets_of_tracebacks_are_masked():
    try:
        int("postgresql://me:hunter2@db/portal")
    except ValueError:
        said = line(True, "failed", exc_info=sys.exc_info())
    assert "ValueError" in said
    assert "hunter2" not in said


def test_structlog_loggers_use_the_same_lines(caplog):
    logs.formatter(machine_readable=True)
    structlog.get_logger("probe").warning("counted", figure=3)
    said = json.loads(logs.formatter(machine_readable=True).format(caplog.records[-1]))
    assert (said["event"], said["figure"]) == ("counted", 3)
