"""API writes with inputs inside and outside the schema (schemathesis): no server error, nothing written by a refused request."""

import json

import pytest
import schemathesis
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from rest_framework.throttling import UserRateThrottle
from schemathesis.generation import GenerationMode

from assessments.tables.models import ScoreRow
from districts.plots.models import Plot, PlotOpinion
from districts.projects.models import KeyProject, Work
from greendistrict.core import clock
from portal.tokens.models import WriteScope
from portal.tokens.services import make_token
from tests.factories.accounts import cast
from tests.factories.assessments import make_self_check
from tests.portal.api.test_schema_inputs import UNSTORABLE, send
from tests.portal.writes import Writes

WRITING = {
    "answer_plot_opinion", "create_plot_check", "create_work_check",
    "change_plot", "change_project", "change_score_row", "change_work", "create_plot", "create_project", "create_work", "upload_evidence",
}  # fmt: skip
REFUSED = {400, 404, 405, 409, 415, 422}
FEW, MANY = 5, 200


@pytest.fixture(scope="module")
def operations():
    made = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    made.config.generation.update(with_security_parameters=False)
    found = [one.ok() for one in made.get_all_operations()]
    return {one.definition.raw["operationId"]: one for one in found if one.definition.raw["operationId"] in WRITING}


@pytest.fixture
def world(monkeypatch):
    """Who writes, by the answer that a writer, a reader and nobody get; and a row of each kind."""
    monkeypatch.setitem(UserRateThrottle.THROTTLE_RATES, "user", None)
    cache.clear()
    people = cast()
    table = make_self_check(people, filled=False).table
    plot = Plot.objects.create(district=table.district, number="A", area_ha=1)
    rows = {
        "change_plot": plot,
        "change_project": KeyProject.objects.create(district=table.district, name="甲"),
        "answer_plot_opinion": PlotOpinion.objects.create(
            plot=plot, purpose="design", department="水务", asked_on=clock.today(), due_on=clock.today()
        ),
        "change_work": Work.objects.create(district=table.district, name="乙"),
        "change_score_row": ScoreRow.objects.filter(table=table).first(),
    }
    writer = Client(headers={"Authorization": f"Token {make_token(by=people.preparer, scopes=list(WriteScope))}"})
    reader = Client(headers={"Authorization": f"Token {make_token(by=people.partner)}"})
    return {"writer": writer, "reader": reader, "nobody": Client()}, rows


def tried(name, client, operation, row, most):
    """Codes of the answers to inputs of both modes, half of them to a row that is there."""
    codes = set()
    for mode in GenerationMode:

        @settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def property_(case):
            if row is not None and case.method.upper() == "PATCH":
                case.path_parameters = {"id": row.pk}
            writes = Writes()
            with transaction.atomic():
                with connection.execute_wrapper(writes):
                    answer, request = send(client, case)
                transaction.set_rollback(True)
            code = answer.status_code
            codes.add(code)
            assert answer["Content-Type"] == ("application/json" if code < 400 else "application/problem+json")
            told = json.loads(answer.content)
            if code == UNSTORABLE and "U+0000" in told["detail"]:
                assert not writes.tables  # refused before any view, whoever asks
            elif name != "writer":
                assert code in {401, 403, 405} | ({400} if name == "reader" else set()), told
            elif code >= 400:
                assert code in REFUSED, told
            if code >= 400:
                assert not writes.tables
            else:
                headers = {key: [value] for key, value in answer.items()}
                operation.validate_response(schemathesis.Response(code, headers, answer.content, request, elapsed=0.0, verify=False))

        property_()
    return codes


def every(world, operations, most):
    assert set(operations) == WRITING
    clients, rows = world
    for key, operation in operations.items():
        for name, client in clients.items():
            codes = tried(name, client, operation, rows.get(key), most)
            assert codes, key


@pytest.mark.slow
@pytest.mark.django_db
def test_writers_readers_and_nobody_with_a_few_inputs(world, operations):
    every(world, operations, FEW)


@pytest.mark.long
@pytest.mark.django_db
def test_writers_readers_and_nobody_with_many_inputs(world, operations):
    every(world, operations, MANY)
