"""Cursor pagination: every row once, in both directions, while rows are inserted and deleted."""

import datetime as dt
from decimal import Decimal
from urllib.parse import urlsplit

import jsonschema
import pytest
from django.urls import reverse

from districts.common.enums import Stage
from districts.file.models.district import District
from portal.api import examples
from portal.api.description import operations, schema
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.portal.api.test_api import NAMES
from tests.portal.api.world import fill

pytestmark = pytest.mark.django_db
DAYS = (None, dt.date(2024, 1, 1), dt.date(2024, 1, 1), None, dt.date(2020, 5, 1), dt.date(2026, 1, 1), None)
AREAS = (Decimal("3.2"), None, Decimal("3.2000"), Decimal("2.5"), None, Decimal(12), Decimal("3.2"))
ORDERS = ("", "titled_on", "-titled_on", "area_km2,-titled_on", "-area_km2,code", "stage,-star")


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def seven(client, people):
    for number, (day, area) in enumerate(zip(DAYS, AREAS, strict=True)):
        make_district(code=f"d{number}", name=f"演示{number}区（虚构）", stage=Stage.PILOT, titled_on=day, area_km2=area)
    client.force_login(people.city_officer)


def pages(client, address, link="next"):
    """Pages from an address on, by their links."""
    while address:
        parts = urlsplit(address)
        answer = client.get(f"{parts.path}?{parts.query}").json()
        yield answer
        address = answer[link]


def codes(answer):
    return [row["code"] for row in answer["results"]]


@pytest.mark.parametrize("ordering", ORDERS)
@pytest.mark.parametrize("limit", [1, 3])
def test_every_row_stands_once_forward_and_back(client, seven, ordering, limit):
    first = f"{reverse('api:districts')}?ordering={ordering}" if ordering else f"{reverse('api:districts')}?"
    whole = codes(client.get(first).json())
    assert len(whole) == 7
    assert whole == codes(client.get(f"{first}&offset=0").json())
    forward = list(pages(client, f"{first}&limit={limit}"))
    assert [code for page in forward for code in codes(page)] == whole
    assert {page["count"] for page in forward} == {7}
    assert forward[0]["previous"] is None
    back = [codes(page) for page in pages(client, forward[-1]["previous"], "previous")]
    assert [code for page in reversed(back) for code in page] == [code for page in forward[:-1] for code in codes(page)]


def test_what_comes_and_goes_meanwhile_moves_no_other_row(client, seven):
    address = f"{reverse('api:districts')}?ordering=code&limit=3"
    one = client.get(address).json()
    make_district(code="a-before", name="演示前区（虚构）", stage=Stage.PILOT)
    District.objects.filter(code="d2").delete()
    assert codes(next(pages(client, one["next"]))) == ["d3", "d4", "d5"]


@pytest.mark.parametrize("name", NAMES)
def test_each_list_is_read_through_by_cursor(client, people, name):
    fill(people, 3)
    client.force_login(people.city_officer)
    whole = client.get(f"{reverse(f'api:{name}')}?limit=200").json()["results"]
    read = [row for page in pages(client, f"{reverse(f'api:{name}')}?limit=1") for row in page["results"]]
    assert read == whole
    assert len(read) >= (1 if name == "editions" else 3)


def test_a_cursor_of_another_query_or_a_broken_one_is_refused(client, seven):
    address = reverse("api:districts")
    link = client.get(f"{address}?limit=2&star=2").json()["next"] or client.get(f"{address}?limit=2").json()["next"]
    cursor = urlsplit(link).query.partition("cursor=")[2].partition("&")[0]
    for query in (f"cursor={cursor}&ordering=code", f"cursor={cursor}x", "cursor=abc", f"cursor={cursor}&offset=1"):
        answer = client.get(f"{address}?{query}")
        assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (400, ["cursor"]), query
    assert client.get(f"{reverse('api:titles')}?cursor={cursor}").status_code == 400


def test_each_example_fits_the_schema_and_stands_on_the_page(client):
    made = schema()
    shapes = made["components"]["schemas"]
    found = 0
    for path, methods in made["paths"].items():
        for method, described in methods.items():
            bodies = [described["requestBody"]] if "requestBody" in described else []
            for part in (*bodies, *described["responses"].values()):
                for kind, content in part.get("content", {}).items():
                    if kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
                        continue
                    values = [one["value"] for one in content.get("examples", {}).values()] or [content["example"]]
                    for value in values:
                        jsonschema.validate(value, nullable({**content["schema"], "components": {"schemas": shapes}}))
                        found += 1
            assert any(status.startswith("2") for status in described["responses"]), (path, method)
    assert found >= len(examples.ROWS) * 2
    page = client.get(reverse("api:docs")).content.decode()
    assert [entry["path"] for entry in operations(made) if entry["path"] not in page] == []
    assert "yanshi-1" in page


def nullable(shape):
    """OpenAPI 3.0 says ``nullable`` where JSON Schema has another type."""
    if isinstance(shape, list):
        return [nullable(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    made = {key: nullable(value) for key, value in shape.items()}
    if made.pop("nullable", False) is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made
