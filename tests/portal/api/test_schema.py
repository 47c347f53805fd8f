"""The API called with inputs that fit its schema and inputs that do not (schemathesis): no server error, nothing half-written."""

import json
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, assume, given, settings
from rest_framework.throttling import UserRateThrottle
from schemathesis.generation import GenerationMode

from assessments.tables.models import ScoreRow
from carbon.metering.services.meters import make_token as make_meter_token
from districts.plots.models import Plot, PlotOpinion
from districts.projects.models import KeyProject, Work
from greendistrict.core import clock
from portal.tokens.models import WriteScope
from portal.tokens.services import make_token
from tests.factories.accounts import cast
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.meters import MeterFactory
from tests.portal.api.world import fill
from tests.portal.writes import Writes

pytestmark = pytest.mark.django_db
READ = {200, 400, 403, 404}  # of a list that may be read
REFUSED = {400, 404, 405, 409, 415, 422}  # of what may be written
UNSTORABLE = 422  # whatever holds U+0000 is refused before any view
OTHERS = ("expert2", "expert3", "expert4", "expert5")  # the same seat as the first
HOST = "http://testserver"
READINGS = "meter_readings"
WRITING = {
    "answer_plot_opinion", "create_plot_check", "create_work_check",
    "change_plot", "change_project", "change_score_row", "change_work", "create_plot", "create_project", "create_work", "upload_evidence",
}  # fmt: skip
FEW, MANY = pytest.mark.slow, pytest.mark.long


@pytest.fixture(scope="module")
def operations():
    """Each operation of the schema by its name."""
    made = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    made.config.generation.update(with_security_parameters=False)
    return {one.definition.raw["operationId"]: one for one in (found.ok() for found in made.get_all_operations())}


@pytest.fixture
def people(monkeypatch):
    monkeypatch.setitem(UserRateThrottle.THROTTLE_RATES, "user", None)
    cache.clear()
    return cast()


def by_token(user, **scopes):
    return Client(headers={"Authorization": f"Token {make_token(by=user, **scopes)}"})


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


class Answered(NamedTuple):
    """What a client asked and was told, and the tables that were written."""

    name: str
    case: schemathesis.Case
    request: requests.PreparedRequest
    code: int
    told: dict
    tables: set


def tried(clients, operation, most, judge, row=None):
    """Each client's answers to inputs of both modes are as ``judge`` has it; what is wrong fails with the smallest input that is found.

    An input is made once and sent by all of them, because it takes much longer to make one than to answer it.
    """
    codes = set()
    for mode in GenerationMode:

        @settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def property_(case):
            if row is not None and case.method.upper() == "PATCH":
                case.path_parameters = {"id": row.pk}
            for name, client in clients.items():
                writes = Writes()
                with transaction.atomic():
                    with connection.execute_wrapper(writes):
                        answer, request = send(client, case)
                    transaction.set_rollback(True)
                code = answer.status_code
                codes.add((name, code))
                assert answer["Content-Type"] == ("application/json" if code < 400 else "application/problem+json"), name
                judge(Answered(name, case, request, code, json.loads(answer.content), writes.tables))
                if code < 400:
                    headers = {key: [value] for key, value in answer.items()}
                    operation.validate_response(schemathesis.Response(code, headers, answer.content, request, elapsed=0.0, verify=False))

        property_()
    return codes


@pytest.mark.parametrize("most", [pytest.param(3, marks=FEW), pytest.param(60, marks=MANY)])
def test_each_role_reads(people, operations, most):
    """Each seat by its session, one by a token; and nobody."""
    fill(people, 2)
    readers = {"token": by_token(people.partner), "nobody": Client()}
    for seat, user in people.everybody.items():
        if seat not in OTHERS:
            readers[seat] = Client()
            readers[seat].force_login(user)
    reading = [one for one in operations.values() if one.method.upper() == "GET"]
    assert len(reading) == 25
    for operation in reading:
        unread = {401, 404} if "{" in operation.path else {401}  # what is no number is no address of a row

        def judge(answered, unread=unread):
            if answered.case.method.upper() not in {"GET", "HEAD", "OPTIONS"}:
                assert answered.code in {401, 403, 404, 405, 415}, answered.name
            elif answered.code == UNSTORABLE:
                assert "%00" in answered.request.url, answered.name
            else:
                assert answered.code in (unread if answered.name == "nobody" else READ), answered.name
            assert answered.tables <= {"authtoken_token"}, answered.name

        codes = tried(readers, operation, most, judge)
        assert {name for name, _code in codes} == set(readers)


@pytest.mark.parametrize("most", [pytest.param(5, marks=FEW), pytest.param(200, marks=MANY)])
def test_writers_readers_and_nobody_write(people, operations, most):
    """Half of the inputs go to a row that is there."""
    table = make_self_check(people, filled=False).table
    plot = Plot.objects.create(district=table.district, number="A", area_ha=1)
    today = clock.today()
    rows = {
        "change_plot": plot,
        "change_project": KeyProject.objects.create(district=table.district, name="甲"),
        "answer_plot_opinion": PlotOpinion.objects.create(plot=plot, purpose="design", department="水务", asked_on=today, due_on=today),
        "change_work": Work.objects.create(district=table.district, name="乙"),
        "change_score_row": ScoreRow.objects.filter(table=table).first(),
    }
    clients = {"writer": by_token(people.preparer, scopes=list(WriteScope)), "reader": by_token(people.partner), "nobody": Client()}

    def judge(answered):
        code, told = answered.code, answered.told
        if code == UNSTORABLE and "U+0000" in told["detail"]:
            assert not answered.tables  # refused before any view, whoever asks
        elif answered.name != "writer":
            assert code in {401, 403, 405} | ({400} if answered.name == "reader" else set()), told
        elif code >= 400:
            assert code in REFUSED, told
        assert code < 400 or not answered.tables

    for key in sorted(WRITING):
        codes = tried(clients, operations[key], most, judge, rows.get(key))
        assert {name for name, _code in codes} == set(clients), key


@pytest.mark.parametrize("most", [pytest.param(20, marks=FEW), pytest.param(500, marks=MANY)])
def test_a_system_sends_readings(people, operations, most):
    meter = MeterFactory(district=make_district(people), code="E-1")
    secret = make_meter_token(district=meter.district, label="平台", by=people.preparer)

    def judge(answered):
        if answered.case.method.upper() != "POST":
            assert answered.code == 405
        elif answered.code != 200:
            assert answered.code in {400, 415, 422}
            assert answered.tables <= {"carbon_metertoken"}  # when it was last used

    meters = {"meter": Client(headers={"Authorization": f"Meter {secret}"})}
    assert {code for _name, code in tried(meters, operations[READINGS], most, judge)} & {400, 415, 422}
