"""The client of API v1: the operations of the schema, and a round trip against a live server."""

import base64
import hashlib
import hmac
import json
from io import StringIO

import pytest
from django.core.management import call_command

from carbon.metering.services.meters import make_token as make_meter_token
from portal.api import client as api_client
from portal.api.client import (
    CHANGES,
    CREATES,
    LISTS,
    OPERATIONS,
    PAGING,
    READS,
    ApiProblem,
    PortalClient,
    WrongSignatureError,
    verify_webhook,
)
from portal.api.description import schema
from portal.tokens.models import WriteScope
from portal.tokens.services import make_token
from tests.factories.accounts import cast
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.meters import MeterFactory
from tests.files import pdf
from tests.portal.api.world import fill
from tools.management.commands import write_api_client

READING = {"meter": "E-1", "time": "2026-03-01 00:00", "value": "5"}


def test_the_operations_are_those_of_the_schema():
    found = {}
    for path, methods in schema()["paths"].items():
        for method, described in methods.items():
            asked = [one["name"] for one in described.get("parameters", ()) if one["in"] == "query"]
            names = sorted(name for name in asked if name not in PAGING)
            found[described["operationId"]] = (method.upper(), path, tuple(names))
    assert found == OPERATIONS, "run make client"


def test_the_table_is_the_one_that_the_command_writes(tmp_path, monkeypatch):
    source = write_api_client.FILE.read_text(encoding="utf-8")
    assert write_api_client.written(source) == source, "run make client"
    old = tmp_path / "api_client.py"
    old.write_text(source.replace('    "titles": (', '    "gone": ('), encoding="utf-8")
    monkeypatch.setattr(write_api_client, "FILE", old)
    call_command("write_api_client", stdout=StringIO())
    assert old.read_text(encoding="utf-8") == source


def test_every_operation_has_its_way_of_being_called():
    with_own = {"upload_evidence", "meter_readings"}
    assert sorted([*LISTS, *READS, *CREATES, *CHANGES, *with_own]) == sorted(OPERATIONS)
    assert {OPERATIONS[name][0] for name in CREATES} == {"POST"}


@pytest.mark.parametrize("wrong", ["evidence", "", "Plots", "create_nothing"])
def test_a_name_is_of_its_kind_and_another_is_told_which_there_are(wrong):
    client = PortalClient("http://nowhere.invalid", token="x")
    ways = {
        LISTS: client.rows, READS: lambda name: client.row(name, 1), CREATES: lambda name: client.create(name, {}),
        CHANGES: lambda name: client.change(name, 1, 0),
    }  # fmt: skip
    for known, call in ways.items():
        for name in {wrong, "meter_readings", *OPERATIONS} - set(known):
            with pytest.raises(ValueError, match=f"^{name}: not among {known[0]}, "):
                call(name)


@pytest.mark.parametrize("body", ['{"称号": "示范"}', "{}", '{"text": "𠮷\\n"}'])
def test_a_signed_message_is_read_as_bytes_or_text(body):
    secret = "whsec_" + base64.b64encode(b"demo").decode()
    signed = hmac.new(b"demo", f"m1.100.{body}".encode(), hashlib.sha256).digest()
    headers = {"webhook-id": "m1", "webhook-timestamp": "100", "webhook-signature": f"v1,{base64.b64encode(signed).decode()}"}
    for given in (body, body.encode(), bytearray(body.encode())):
        assert verify_webhook(secret, headers, given, now=100) == json.loads(body)
    with pytest.raises(WrongSignatureError):
        verify_webhook(secret, headers, body + " ", now=100)


def test_a_condition_the_list_does_not_have_is_not_sent():
    client = PortalClient("http://nowhere.invalid", token="x")
    with pytest.raises(ValueError, match="colour; there are: area"):
        client.rows("districts", colour="green")
    with pytest.raises(ValueError, match="another host"):
        client._ask("GET", "http://elsewhere.invalid/", "Token x")
    for value in (None, ["a", "b"], ()):
        with pytest.raises(ValueError, match="not a single value: district"):
            client.rows("plots", district=value)


@pytest.mark.parametrize("told", ["x", ["x"], [{}], None, {"a": 1}])
def test_a_refusal_of_a_gateway_is_a_refusal(told):
    assert set(ApiProblem(502, {"errors": told}).errors) <= {("", "")}


@pytest.mark.django_db(transaction=True)
def test_what_is_read_and_written_arrives(live_server, monkeypatch):
    people = cast()
    fill(people, 3)
    monkeypatch.setattr(api_client, "PAGE", 2)
    reader = PortalClient(live_server.url, token=make_token(by=people.city_officer))
    for name in ("districts", "titles", "announcements", "assessments", "volumes"):
        rows = list(reader.rows(name))
        assert len(rows) == len({str(row) for row in rows}) == 3, name
    assert [row["number"] for row in reader.rows("assessments", ordering="-number", is_demo=True)] == [
        "ZC-2026-0003", "ZC-2026-0002", "ZC-2026-0001",
    ]  # fmt: skip
    with pytest.raises(ApiProblem) as refused:
        list(reader.rows("districts", stage="nonsense"))
    assert (refused.value.code, [field for field, _ in refused.value.errors]) == (400, ["stage"])
    with pytest.raises(ApiProblem) as unknown:
        list(PortalClient(live_server.url, token="wrong").rows("titles"))
    assert (unknown.value.code, unknown.value.type) == (401, "/api/docs/#problem-unauthenticated")
    meter = MeterFactory(district=make_district(people), code="E-1")
    writer = PortalClient(live_server.url, meter_token=make_meter_token(district=meter.district, label="平台", by=people.preparer))
    assert writer.write_readings([READING])["added"] == 1
    assert writer.write_readings([READING]) == {"added": 0, "corrected": 0, "unchanged": 1, "notes": []}
    with pytest.raises(ApiProblem) as wrong:
        writer.write_readings([READING, {**READING, "meter": "E-9"}])
    assert (wrong.value.code, [field for field, _ in wrong.value.errors]) == (422, ["readings.1"])
    assert set(reader.schema()["paths"]) == {path for _, path, _ in OPERATIONS.values()}


@pytest.mark.django_db(transaction=True)
def test_what_a_district_fills_in_is_written_and_read_back(live_server):
    people = cast()
    table = make_self_check(people, filled=False).table
    client = PortalClient(live_server.url, token=f"{make_token(by=people.preparer, scopes=list(WriteScope))}\n")
    code = table.district.code
    plot = client.create("create_plot", {"district": code, "number": "A-01", "area_ha": "2.5"}, key="plot-1")
    assert client.create("create_plot", {"district": code, "number": "A-01", "area_ha": "2.5"}, key="plot-1") == plot
    assert client.change("change_plot", plot["id"], plot["version"], owner="演示公司（虚构）")["version"] == 1
    assert [row["owner"] for row in client.rows("plots", district=code)] == ["演示公司（虚构）"]
    with pytest.raises(ApiProblem) as stale:
        client.change("change_plot", plot["id"], plot["version"], owner="另一家")
    assert (stale.value.code, stale.value.members["current"]) == (409, {"version": 1})
    project = client.create("create_project", {"district": code, "name": "演示项目（虚构）", "state": "planned", "plots": ["A-01"]})
    client.change("change_project", project["id"], project["version"], state="building", started_on="2026-05-01", name="演示新名（虚构）")
    assert client.row("project", project["id"])["name"] == "演示新名（虚构）"
    assert client.row("project", project["id"])["plots"] == ["A-01"]
    work = client.create("create_work", {"district": code, "name": "演示一路（虚构）", "kind": "道路", "length_m": "820"})
    assert client.change("change_work", work["id"], work["version"], started_on="2026-05-01")["version"] == 1
    assert [(row["name"], row["started_on"]) for row in client.rows("works", district=code)] == [("演示一路（虚构）", "2026-05-01")]
    assert client.row("work", work["id"])["length_m"] == "820.0"
    check = {"work": work["id"], "version": 1, "stage": "construction", "department": "水务", "checked_on": "2026-05-02", "result": "asked"}
    checked = client.create("create_work_check", check, key="check-1")
    assert client.create("create_work_check", check, key="check-1") == checked
    assert [(row["id"], row["work_name"]) for row in client.rows("work_checks", work=work["id"])] == [(checked["id"], "演示一路（虚构）")]
    (row,) = client.rows("score_rows", table=table.pk, item="7.2.7")
    assert client.change("change_score_row", row["id"], row["version"], value="14.3")["value"] == "14.3"
    file = client.upload_evidence(row["id"], "监测报告.pdf", pdf(), page="12", also="7.2.13")
    assert (file["item"], file["title"], file["also"]) == ("7.2.7", "监测报告", ["7.2.13"])
    assert client.row("score_row", row["id"])["version"] == 1
