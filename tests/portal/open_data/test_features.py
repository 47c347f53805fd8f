"""OGC API – Features: documents required by 17-069r4, bounding boxes, pages, refusals; GDAL reads it in the slow set."""

import datetime as dt
import json
import subprocess
import sys

import jsonschema
import pytest
from django.test import Client

from districts.boundaries.models import Boundary
from districts.common.enums import BoundaryKind, Stage
from greendistrict.core import clock
from greendistrict.core.problems import MEDIA_TYPE
from portal.open_data.features import meets
from tests.factories.districts import make_district, square

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/boundaries/items"


# What the schemas of the standard require (ogcapi-features-1.yaml): landingPage, confClasses, collections, featureCollectionGeoJSON.
def shape(required="", **properties):
    return {"type": "object", "required": required.split(), "properties": properties}


def listed(items, **more):
    return {"type": "array", "items": items, **more}


TEXT, NUMBER, POINTS = {"type": "string"}, {"type": "integer"}, {"oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}]}
LINKS = listed(shape("href rel", href=TEXT, rel=TEXT), minItems=1)
BOX = listed({"type": "array", **POINTS}, minItems=1)
EXTENT = shape(spatial=shape(bbox=BOX, crs={"const": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}))
COLLECTION = shape("id links", id=TEXT, links=LINKS, extent=EXTENT, itemType={"const": "feature"})
FEATURE = shape(
    "type geometry properties", type={"const": "Feature"}, id={"type": ["string", "integer"]}, geometry=shape("type coordinates"),
    properties=shape(),
)  # fmt: skip
SHAPES = {
    "/ogc/": shape("links", links=LINKS),
    "/ogc/conformance": shape("conformsTo", conformsTo=listed(TEXT)),
    "/ogc/collections": shape("links collections", links=LINKS, collections=listed(COLLECTION)),
    "/ogc/collections/boundaries": COLLECTION,
    ITEMS: shape(
        "type features",
        type={"const": "FeatureCollection"},
        features=listed(FEATURE),
        links=LINKS,
        numberMatched=NUMBER,
        numberReturned=NUMBER,
        timeStamp={**TEXT, "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
    ),
    f"{ITEMS}/d1": FEATURE,
}


@pytest.fixture
def drawn():
    """Three districts with a released boundary, one whose boundary has no 审图号."""
    for number in range(4):
        district = make_district(code=f"d{number}", name=f"演示{number}城（虚构）", stage=Stage.PILOT)
        shape = {"type": "MultiPolygon", "coordinates": [[square(121.0 + number / 10, 31.2)]]}
        Boundary.objects.create(
            district=district, kind=BoundaryKind.PLAN, geometry=shape, area_km2="1.0", points=5, file_name="a", format="GeoJSON",
            system="WGS84", sha256="0" * 64, reason="演示", map_number="" if number == 3 else f"演示{number}号", entered_at=clock.now(),
        )  # fmt: skip


def codes(answer):
    return [one["id"] for one in answer.json()["features"]]


@pytest.mark.parametrize("path", SHAPES)
def test_each_document_has_what_its_schema_requires(client, drawn, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == ("application/geo+json" if "items" in path else "application/json")
    jsonschema.validate(answer.json(), SHAPES[path])


def test_the_time_of_an_answer_is_that_of_greenwich(client):
    with clock.at(dt.datetime(2026, 3, 2, 7, tzinfo=clock.SHANGHAI)):
        assert client.get(ITEMS).json()["timeStamp"] == "2026-03-01T23:00:00Z"


def test_the_landing_page_leads_to_everything_and_every_link_answers(client, drawn):
    seen, waiting = {}, ["http://testserver/ogc/"]
    while waiting:
        address = waiting.pop()
        path = address.removeprefix("http://testserver")
        answer = client.get(path)
        seen[path] = answer.status_code
        if "json" in answer.headers["Content-Type"]:
            document = answer.json()
            found = [*document.get("links", ()), *(link for one in document.get("collections", ()) for link in one["links"])]
            waiting += [one["href"] for one in found if one["href"].removeprefix("http://testserver") not in seen]
    assert set(seen.values()) == {200}
    assert {"/ogc/", "/ogc/api", "/ogc/conformance", "/ogc/collections", "/ogc/collections/boundaries", ITEMS} <= set(seen)
    rels = {one["rel"] for one in client.get("/ogc/").json()["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= rels


def test_the_definition_is_openapi_and_names_every_address(client):
    answer = client.get("/ogc/api")
    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    made = answer.json()
    assert made["openapi"].startswith("3.0")
    base = made["servers"][0]["url"].removeprefix("http://testserver")
    for path in made["paths"]:
        expected = 404 if "{" in path else 200
        assert client.get(base + path.replace("{featureId}", "x")).status_code == expected, path
    parameters = made["paths"]["/collections/boundaries/items"]["get"]["parameters"]
    assert {one["name"] for one in parameters} == {"bbox", "datetime", "limit", "offset", "f"}


@pytest.mark.parametrize("count", [1, 3])
def test_pages_follow_their_links(client, drawn, count, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert codes(client.get(ITEMS)) == ["d0", "d1", "d2"]
    read, address = [], f"{ITEMS}?limit={count}"
    while address:
        answer = client.get(address)
        document = answer.json()
        assert (document["numberMatched"], document["numberReturned"]) == (3, len(document["features"]))
        read += codes(answer)
        address = next((one["href"] for one in document["links"] if one["rel"] == "next"), "").removeprefix("http://testserver")
    assert read == ["d0", "d1", "d2"]


def test_features_of_an_area_and_of_a_time_which_meets_those_without_one(client, drawn):
    for query, found in {
        "bbox=120,31,122,32": ["d0", "d1", "d2"], "bbox=120,31,0,122,32,9": ["d0", "d1", "d2"], "bbox=121.0,31.2,121.0,31.2": ["d0"],
        "bbox=121.05,31.0,121.15,31.5": ["d1"], "bbox=10,10,20,20": [], "bbox=170,31,121.05,32": ["d0"],
        "datetime=2026-01-01": ["d0", "d1", "d2"], "datetime=2026-01-01T00:00:00Z/..": ["d0", "d1", "d2"],
        "datetime=../2026-01-01T00:00:00%2B08:00": ["d0", "d1", "d2"], "datetime=2026-01-01/2026-01-01": ["d0", "d1", "d2"],
        "datetime=2026-01-01T00:00:00.5Z/2026-01-01T08:00:01%2B08:00": ["d0", "d1", "d2"], "f=json": ["d0", "d1", "d2"],
    }.items():  # fmt: skip
        assert codes(client.get(f"{ITEMS}?{query}")) == found, query


def test_an_area_inside_a_boundary_meets_it_and_one_in_its_hole_does_not():
    rings = [[[low, low], [high, low], [high, high], [low, high], [low, low]] for low, high in ((0, 9), (3, 6))]
    geometry = {"type": "MultiPolygon", "coordinates": [rings]}
    boxes = ((1, 1, 2, 2), (4, 4, 5, 5), (4, 4, 7, 5), (10, 10, 11, 11))
    assert [meets(geometry, box) for box in boxes] == [True, False, True, False]


NO_TIMES = (
    "", "2026-02-30", "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z", "2026-01-02/2026-01-01",
    "2026-01-01T00:00:00Z/2026-01-01T07:59:00%2B08:00",
    "../..", "/", "2026-01-01/2026-01-02/2026-01-03", "..", "2026-01-01/x",
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "status", "fields"),
    [
        (f"{ITEMS}?colour=green", 400, ["colour"]), (f"{ITEMS}?bbox=1,2,3", 400, ["bbox"]), (f"{ITEMS}?bbox=1,9,3,4", 400, ["bbox"]),
        (f"{ITEMS}?bbox=a,b,c,d", 400, ["bbox"]), (f"{ITEMS}?bbox=nan,1,2,3", 400, ["bbox"]),
        (f"{ITEMS}?limit=0&offset=-1", 400, ["limit", "offset"]), (f"{ITEMS}?datetime=yesterday", 400, ["datetime"]),
        ("/ogc/?f=html", 400, ["f"]), ("/ogc/?f=", 400, ["f"]), (f"{ITEMS}?f=gml", 400, ["f"]), ("/ogc/?x=1", 400, ["x"]),
        *((f"{ITEMS}?datetime={when}", 400, ["datetime"]) for when in NO_TIMES),
        (f"{ITEMS}?limit=1&limit=2", 400, ["limit"]), (f"{ITEMS}?bbox=1,2,3,4&f=json&bbox=5,6,7,8", 400, ["bbox"]),
        ("/ogc/?f=json&f=json", 400, ["f"]), ("/ogc/none", 404, None), ("/ogc/collections/", 404, None), (f"{ITEMS}/%00", 404, None),
        ("/ogc/collections/plots", 404, None), (f"{ITEMS}/d3", 404, None),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_as_a_problem(client, drawn, path, status, fields):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, MEDIA_TYPE)
    assert [one["field"] for one in answer.json().get("errors", ())] == (fields or [])


def test_every_document_is_had_by_its_format(client, drawn):
    for path in SHAPES:
        assert client.get(f"{path}?f=json").json().keys() == client.get(path).json().keys()
    linked = client.get(f"{ITEMS}?f=json&limit=1").json()["links"]
    assert [one["href"].partition("?")[2] for one in linked if one["rel"] == "next"] == ["f=json&limit=1&offset=1"]


OPEN = (
    "/ogc/",
    "/ogc/api",
    ITEMS,
    "/data/",
    "/data/catalogue.jsonld",
    "/data/titles.json",
    "/api/schema/",
    "/ogc/collections/none",
    "/data/none/",
)


@pytest.mark.parametrize("path", OPEN)
def test_open_data_is_read_from_other_hosts_and_never_with_a_session(drawn, path):
    browser = Client(enforce_csrf_checks=True)
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = browser.generic(method, path, headers={"origin": "https://map.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Allow"] == answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", [*OPEN, "/api/docs/", "/api/client.py"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE", "QUERY", "FOO"])
def test_another_method_is_told_so_as_a_problem(path, method):
    answer = Client(enforce_csrf_checks=True).generic(method, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (405, MEDIA_TYPE)
    assert answer.headers["Cache-Control"] == "no-store", "of somebody signed in as well"
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.json()["type"].endswith("#problem-wrong-method")


@pytest.mark.parametrize("path", ["/", "/register/", "/api/v1/districts/", "/accounts/login/", "/database/", "/ogc"])
def test_other_pages_are_read_from_no_other_host(client, path):
    assert "Access-Control-Allow-Origin" not in client.get(path, headers={"origin": "https://map.example"}).headers


READING = """
import json, sys
import pyogrio
found = []
for options in ({}, {"PAGE_SIZE": "1"}, {"bbox": (121.05, 31.0, 121.15, 31.5)}):
    meta, _, shapes, values = pyogrio.raw.read(sys.argv[1], layer="boundaries", **options)
    read = dict(zip(meta["fields"], values, strict=True))
    found.append([list(read["district"]), all(one is not None for one in shapes)])
print(json.dumps([[str(name) for name in pyogrio.list_layers(sys.argv[1])[:, 0]], found]))
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_gdal_reads_the_features_page_by_page(drawn, live_server):
    """In a process of its own: GDAL keeps the interpreter to itself while it waits for the server, which would be in the same one."""
    order = [sys.executable, "-c", READING, f"OAPIF:{live_server.url}/ogc/"]
    answer = subprocess.run(order, check=True, capture_output=True, text=True, timeout=120)
    layers, found = json.loads(answer.stdout)
    assert layers == ["boundaries"]
    assert found == [[["d0", "d1", "d2"], True], [["d0", "d1", "d2"], True], [["d1"], True]]
