"""The API called by every role with inputs that fit its schema and inputs that do not (schemathesis)."""

import json
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from django.db import connection
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, assume, given, settings
from rest_framework.throttling import UserRateThrottle
from schemathesis.generation import GenerationMode

from portal.tokens.services import make_token
from tests.factories.accounts import cast
from tests.portal.api.world import fill
from tests.portal.writes import Writes

SAID = {200, 400, 403, 404}  # of a list that may be read
UNSTORABLE = 422  # whatever holds U+0000 is refused before any view
FEW, MANY = 3, 60
OTHERS = ("expert2", "expert3", "expert4", "expert5")  # the same seat as the first
HOST = "http://testserver"


@pytest.fixture(scope="module")
def operations():
    """What is read; what writes is asked in test_schema_writes.py and test_schema_readings.py."""
    made = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    made.config.generation.update(with_security_parameters=False)
    return [found.ok() for found in made.get_all_operations() if found.ok().method.upper() == "GET"]


@pytest.fixture
def readers(monkeypatch):
    """Who reads: each seat by its session, one by a token; and nobody."""
    monkeypatch.setitem(UserRateThrottle.THROTTLE_RATES, "user", None)
    people = cast()
    fill(people, 2)
    found = {}
    for seat, user in people.everybody.items():
        if seat not in OTHERS:
            found[seat] = Client()
            found[seat].force_login(user)
    found["token"] = Client(headers={"Authorization": f"Token {make_token(by=people.partner)}"})
    return {**found, "nobody": Client()}


def send(client, case):
    """The answer to what was generated, and the request as it went out."""
    given_words = case.as_transport_kwargs(base_url=HOST)
    try:
        request = requests.Request(
            given_words["method"], given_words["url"], params=given_words.get("params"), data=given_words.get("data"),
            json=given_words.get("json"), files=given_words.get("files"),
        ).prepare()  # fmt: skip
    except (ValueError, requests.RequestException):
        assume(False)
    parts = urlsplit(request.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    kind = request.headers.get("Content-Type", "application/octet-stream")
    return client.generic(request.method, path, request.body or b"", content_type=kind), request


def asked(name, client, operation, mode, most):
    """Send inputs of one mode to one operation; what is wrong fails with the smallest input that hypothesis finds."""

    @settings(
        max_examples=most,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def property_(case):
        writes = Writes()
        with connection.execute_wrapper(writes):
            answer, request = send(client, case)
        code, content = answer.status_code, answer.content
        if case.method.upper() not in {"GET", "HEAD", "OPTIONS"}:
            assert code in {401, 403, 404, 405, 415}
        elif code == UNSTORABLE:
            assert "%00" in request.url
        else:
            unread = {401, 404} if "{" in operation.path else {401}  # what is no number is no address of a row
            assert code in (unread if name == "nobody" else SAID)
        assert answer["Content-Type"] == ("application/json" if code < 400 else "application/problem+json")
        json.loads(content)
        assert writes.tables <= {"authtoken_token"}
        if code == 200:
            headers = {key: [value] for key, value in answer.items()}
            operation.validate_response(schemathesis.Response(code, headers, content, request, elapsed=0.0, verify=False))

    property_()


def every(readers, operations, most):
    for operation in operations:
        for name, client in readers.items():
            for mode in GenerationMode:
                asked(name, client, operation, mode, most)


@pytest.mark.slow
@pytest.mark.django_db
def test_each_role_with_a_few_inputs(readers, operations):
    assert len(operations) == 25
    every(readers, operations, FEW)


@pytest.mark.long
@pytest.mark.django_db
def test_each_role_with_many_inputs(readers, operations):
    every(readers, operations, MANY)
