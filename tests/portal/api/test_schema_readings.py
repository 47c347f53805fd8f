"""Meter readings with inputs inside and outside the schema (schemathesis): no server error, nothing written by half."""

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

from carbon.metering.services.meters import make_token
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.factories.meters import MeterFactory
from tests.portal.api.test_schema_inputs import send
from tests.portal.writes import Writes

OPERATION = "meter_readings"
REFUSED = {400, 415, 422}
FEW, MANY = 20, 500
TRACES = {"carbon_metertoken"}  # when it was last used


@pytest.fixture
def operation():
    made = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    made.config.generation.update(with_security_parameters=False)
    (found,) = [one.ok() for one in made.get_all_operations() if one.ok().definition.raw.get("operationId") == OPERATION]
    return found


@pytest.fixture
def system(monkeypatch):
    monkeypatch.setitem(UserRateThrottle.THROTTLE_RATES, "user", None)
    cache.clear()
    people = cast()
    meter = MeterFactory(district=make_district(people), code="E-1")
    return Client(headers={"Authorization": f"Meter {make_token(district=meter.district, label='平台', by=people.preparer)}"})


def tried(client, operation, most):
    """Codes of the answers to inputs of both modes; what is wrong fails with the smallest input that hypothesis finds."""
    codes = set()
    for mode in GenerationMode:

        @settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def property_(case):
            writes = Writes()
            with transaction.atomic():
                with connection.execute_wrapper(writes):
                    answer, request = send(client, case)
                transaction.set_rollback(True)
            codes.add(answer.status_code)
            assert answer["Content-Type"] == ("application/json" if answer.status_code < 400 else "application/problem+json")
            json.loads(answer.content)
            if case.method.upper() != "POST":
                assert answer.status_code == 405
            elif answer.status_code == 200:
                headers = {key: [value] for key, value in answer.items()}
                operation.validate_response(schemathesis.Response(200, headers, answer.content, request, elapsed=0.0, verify=False))
            else:
                assert answer.status_code in REFUSED
                assert writes.tables <= TRACES

        property_()
    return codes


@pytest.mark.slow
@pytest.mark.django_db
def test_a_system_sends_a_few_inputs(system, operation):
    assert tried(system, operation, FEW) & REFUSED


@pytest.mark.long
@pytest.mark.django_db
def test_a_system_sends_many_inputs(system, operation):
    assert tried(system, operation, MANY) & REFUSED
