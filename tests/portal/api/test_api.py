"""API v1: refusal, scope, filters, orders, paging, shapes, schema, query counts."""

import datetime as dt
import re
from decimal import Decimal
from urllib.parse import urlsplit

import jsonschema
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from approvals.titles.models.publicity import Announcement
from assessments.self_checks.models import SelfCheck
from assessments.tables.models import ScoreTable
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.plots.services.opinions import ask_opinions
from districts.projects.models import KeyProject, Work
from districts.projects.services import check_work
from greendistrict.core import clock
from portal.api import description, views
from portal.api.description import operations, schema
from portal.webhooks.models import WebhookEvent
from tests.factories.assessments import make_self_check
from tests.factories.districts import AreaFactory, DistrictFactory, PlotFactory, make_district
from tests.factories.titles import title_as_copied
from tests.portal.api.world import Sender, fill, received, title
from tests.reports.archive.world import FONDS, bare_volume

pytestmark = pytest.mark.django_db
NAMES = ("districts", "titles", "announcements", "editions", "assessments", "volumes", "obligations")
# Lists of what is stored, by who reads them; what is computed is counted in test_obligations and test_beautiful.
READERS = {
    "city_officer": ("districts", "titles", "announcements", "editions", "assessments", "volumes"),
    "preparer": ("plots", "projects", "works", "score-rows"),
    "bureau": ("plot-opinions", "plot-checks", "work-checks"),
}


@pytest.fixture
def get(client, people):
    def ask(name, query="", seat="city_officer"):
        client.force_login(getattr(people, seat))
        return client.get(f"{reverse(f'api:{name}')}{query}")

    return ask


@pytest.mark.area("portal/api")
def test_lists_have_the_shape_of_their_schema_and_cost_the_same_for_one_row_and_three(people):
    systems = {seat: Sender(getattr(people, seat)) for seat in READERS}
    district = make_district(people, stage=Stage.PILOT)

    def more(first, count):
        fill(people, count, first)
        for number in range(first, count):
            plot = PlotFactory(district=district, number=f"A-{number}")
            KeyProject.objects.create(district=district, name=f"项目{number}").plots.add(plot)
            work = Work.objects.create(district=district, name=f"设施{number}")
            check_work(work=work, stage="approval", department="建设交通", result="held", by=people.bureau, on=clock.today())
            ask_opinions(plot=plot, departments=["水务"], by=people.preparer)
            plot.opinions.update(organisation=people.bureau_body)
            plot.checks.create(stage="approval", department="水务", result="held", checked_on=clock.today(), entered_by=people.bureau)
            make_self_check(people, filled=False, district=district, year=2020 + number)

    def asked():
        found = {}
        for seat, names in READERS.items():
            for name in names:
                with CaptureQueriesContext(connection) as caught:
                    rows = systems[seat].get(f"{name}/{'?item=7.2.7' if name == 'score-rows' else ''}")["results"]
                shape = resolve(f"/api/v1/{name}/").func.view_class.serializer_class
                assert set(rows[0]) == set(shape().fields), name
                found[name] = (len(caught), len(rows))
        return found

    more(0, 1)
    asked()  # the first reading of a day is put on record
    one = asked()
    more(1, 3)
    three = asked()
    for name, (cost, rows) in three.items():
        assert (cost, rows) == (one[name][0], one[name][1] + (0 if name == "editions" else 2)), name
        assert cost <= 7, name


def test_the_schema_is_valid_and_every_field_says_what_it_is(tmp_path):
    target = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))
    assert "/api/v1/assessments/" in target.read_text(encoding="utf-8")
    shapes = description.schema()["components"]["schemas"]
    silent = [
        f"{name}.{field}" for name, shape in shapes.items() if not name.startswith("Paginated")
        for field, about in shape.get("properties", {}).items() if not about.get("description")
    ]  # fmt: skip
    assert silent == []


def test_the_schema_and_its_page_are_public_with_client_webhooks_and_open_data(client):
    assert client.get(reverse("api:schema")).status_code == 200
    page = client.get(reverse("api:docs")).content.decode()
    assert all(f"/api/v1/{name}/" in page for name in NAMES)
    assert "公众栏目" in page  # the frame of a visitor: no empty menu, no way back to a desk that asks for a login
    assert reverse("portal:workdesk") not in page
    taken = client.get(reverse("api:client"))
    assert taken.content.decode() == views.CLIENT.read_text(encoding="utf-8")
    assert taken["Content-Disposition"] == 'attachment; filename="greendistrict_client.py"'
    for name in ("api:client", "portal:open_data", "portal:open_data_catalogue", "portal:ogc_landing", "portal:publicity"):
        assert f'href="{reverse(name)}"' in page
    told = dict(re.findall(r'<th scope="row" class="gd-code">([a-z]+\.[a-z]+)</th>\s*<td>([^，<]+)', page))
    assert told == dict(WebhookEvent.choices)


def names_of(response, key="code"):
    return [row[key] for row in response.json()["results"]]


def test_districts_are_filtered_ordered_and_paged(get):
    area = AreaFactory(code="310107", name="普陀区")
    pilot = {"stage": Stage.PILOT, "star": 3, "is_demo": False, "titled_on": dt.date(2024, 6, 11), "area_km2": Decimal("5.86")}
    make_district(area=area, code="pilot", name="桃浦智创城", **pilot)
    make_district(code="renewal", name="演示更新（虚构）", type="renewal", stage=Stage.DEMONSTRATION, titled_on=dt.date(2020, 1, 1))
    for query, expected in {
        "?stage=pilot": ["pilot"], "?type=renewal": ["renewal"], "?star=3": ["pilot"], "?q=taopu": ["pilot"],
        "?is_demo=false": ["pilot"], "?titled_after=2024-01-01": ["pilot"], "?titled_before=2023-12-31": ["renewal"],
        "?area=310107": ["pilot"], "?ordering=code": ["pilot", "renewal"], "?ordering=-code": ["renewal", "pilot"],
        "?ordering=code&limit=1&offset=1": ["renewal"],
    }.items():  # fmt: skip
        assert names_of(get("districts", query)) == expected, query
    assert names_of(get("districts", "?stage=pilot"), "area_km2") == ["5.8600"], "areas are text as the schema says"
    answer = get("districts", "?limit=1&offset=0").json()
    assert (answer["count"], len(answer["results"]), answer["previous"], "offset=1" in answer["next"]) == (2, 1, None, True)


def test_titles_past_and_present(get):
    district = make_district(stage=Stage.DEMONSTRATION, code="yanshi")
    title(district, end="superseded", ended_on=dt.date(2024, 1, 1), granted_on=dt.date(2020, 1, 1))
    title(district, kind="demonstration", star=3, granted_on=dt.date(2024, 1, 1))
    assert names_of(get("titles", "?current=true"), "kind") == ["demonstration"]
    assert names_of(get("titles", "?current=false"), "kind") == ["pilot"]
    assert names_of(get("titles", "?ordering=granted_on"), "kind") == ["pilot", "demonstration"]
    assert names_of(get("titles", "?district=other"), "kind") == []


def test_announcements_published_ones_only_and_editions(get, people):
    fill(people, 2)
    Announcement.objects.create(year=2026, batch=9, title="演示草稿", status="draft")
    assert names_of(get("announcements"), "batch") == [2, 1]
    assert names_of(get("announcements", "?year=2026"), "batch") == []
    [edition] = get("editions", "?official=false").json()["results"]
    assert (edition["code"], edition["clauses"] > 100) == ("GD-REF-2024", True)
    assert len(get("announcements").json()["results"][0]["districts"]) == 1


def test_assessments_speak_from_the_frozen_version(get, people):
    received(people, "ZC-2026-0001")
    ScoreTable.objects.update(result={"total": "1.00"})
    row = get("assessments", "?year=2025").json()["results"][0]
    assert (row["total"], row["level"], row["official"]) == ("71.79", "two", False)
    assert (row["title"], row["building"], row["as_of"]) == ("", False, "2025-12-31")
    title_as_copied(District.objects.get())  # of a pilot, which is being built, no level is told
    row = get("assessments", "?year=2025").json()["results"][0]
    assert (row["level"], row["title"], row["building"]) == (None, "pilot", True)
    assert row["chapters"] == [{"key": "resilience", "obtained": "60", "possible": "80", "score": "75.00"}]
    assert get("assessments", "?year=2024").json()["count"] == 0


def test_no_district_reads_another_ones_assessment_or_draft(get, people):
    received(people, "ZC-2026-0001", code="ours")
    other = make_district(code="theirs", applicant=people.outsider_body, stage=Stage.PILOT)
    received(people, "ZC-2026-0002", district=other)
    DistrictFactory(code="their-draft", applicant=people.outsider_body)
    for seat in ("preparer", "reviewer", "consultant", "authority"):
        assert names_of(get("assessments", seat=seat), "district") == ["ours"]
        assert "their-draft" not in names_of(get("districts", seat=seat))
    assert names_of(get("assessments", seat="outsider_preparer"), "district") == ["theirs"]


def test_unreceived_self_checks_are_nobodys(get, people):
    check = received(people, "ZC-2026-0001")
    SelfCheck.objects.filter(pk=check.pk).update(status="filed", received_at=None)
    for seat in ("city_officer", "preparer", "partner"):
        assert get("assessments", seat=seat).json()["count"] == 0


def test_keepers_read_no_business_data_and_a_bureau_no_assessment_as_a_whole(get, people):
    fill(people, 1)
    for seat in ("system_keeper", "security_keeper", "audit_keeper"):
        assert {name: get(name, seat=seat).json()["count"] for name in NAMES if name != "editions"} == dict.fromkeys(
            set(NAMES) - {"editions"}, 0
        )
    assert get("assessments", seat="bureau").json()["count"] == 0


def test_only_the_city_reads_volumes(people, get):
    bare_volume(people, make_district(people), number=1, confidentiality="classified")
    for seat in people.everybody:
        answer = get("volumes", seat=seat).json()
        assert (answer["count"], len(answer["results"])) == ((1, 1) if seat.startswith("city_") else (0, 0)), seat
    assert [Sender(holder).get("volumes/")["count"] for holder in (people.partner, people.city_legal)] == [0, 1]


def test_a_row_of_a_volume_says_what_its_page_says(people, get):
    district = make_district(people, code="yanshi", name="演示归档区（虚构）")
    volume = bare_volume(people, district, number=7, items=2, status="handed_over", receiver="演示市档案馆（虚构）",
                         receiving_person="演接收（虚构）", handed_over_on=dt.date(2026, 3, 1))  # fmt: skip
    [row] = get("volumes").json()["results"]
    closed = row.pop("closed_at")
    assert (dt.datetime.fromisoformat(closed), closed.endswith("+08:00")) == (volume.closed_at, True)
    assert row == {
        "title": volume.title, "kind": "试点申报", "matter_number": "SQ-2026-007", "district": "yanshi",
        "district_name": "演示归档区（虚构）", "year": volume.year, "retention": "y30", "fonds": FONDS, "number": 7,
        "status": "handed_over", "confidentiality": "internal", "items": 2, "pages": 2, "receiver": "演示市档案馆（虚构）",
        "handed_over_on": "2026-03-01", "is_demo": True,
    }  # fmt: skip


def test_pages_of_a_volume_in_preparation_are_not_known(people, get):
    bare_volume(people, make_district(people), number=1, items=1, status="preparing")
    [row] = get("volumes").json()["results"]
    assert (row["items"], row["pages"]) == (1, None)


def test_volumes_are_filtered_ordered_and_paged(people, get):
    places = [make_district(people, code=f"yanshi-{one}", name=f"演示归档{one}区（虚构）") for one in (1, 2, 3)]
    handed = {"receiver": "演示市档案馆（虚构）", "receiving_person": "演接收（虚构）", "handed_over_on": dt.date(2026, 3, 15)}
    special = [
        {"year": 2025},
        {"year": 2026, "kind": "监督检查", "retention": "permanent", "is_demo": False, "status": "handed_over", **handed},
        {"year": 2026, "confidentiality": "classified", "status": "preparing"},
    ]
    for number, (district, more) in enumerate(zip(places, special, strict=True), start=1):
        bare_volume(people, district, number=number, **{"closed_at": clock.now() - dt.timedelta(days=4 - number), **more})
    for query, expected in {
        "?year=2025": [1], "?kind=监督检查": [2], "?retention=permanent": [2], "?confidentiality=classified": [3],
        "?status=preparing": [3], "?district=yanshi-1": [1], "?is_demo=false": [2],
        "?handed_over_after=2026-03-01&handed_over_before=2026-03-31": [2], "?q=SQ-2026-003": [3], "?q=演示归档1区": [1], "": [2, 3, 1],
        "?ordering=number": [1, 2, 3], "?ordering=-closed_at": [3, 2, 1], "?ordering=-number&limit=1&offset=1": [2],
    }.items():  # fmt: skip
        assert [row["number"] for row in get("volumes", query).json()["results"]] == expected, query


DAYS_TITLED = (None, dt.date(2024, 1, 1), dt.date(2024, 1, 1), None, dt.date(2020, 5, 1), dt.date(2026, 1, 1), None)
AREAS = (Decimal("3.2"), None, Decimal("3.2000"), Decimal("2.5"), None, Decimal(12), Decimal("3.2"))
ORDERS = ("", "titled_on", "-titled_on", "area_km2,-titled_on", "-area_km2,code", "stage,-star")


@pytest.fixture
def seven(client, people):
    for number, (day, area) in enumerate(zip(DAYS_TITLED, AREAS, strict=True)):
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


@pytest.mark.parametrize("limit", [1, 3])
@pytest.mark.parametrize("ordering", ORDERS)
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


def test_each_list_is_read_through_by_cursor(officer, people):
    fill(people, 3)
    for name in NAMES:
        whole = officer.get(f"{reverse(f'api:{name}')}?limit=200").json()["results"]
        read = [row for page in pages(officer, f"{reverse(f'api:{name}')}?limit=1") for row in page["results"]]
        assert read == whole, name
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
    assert found >= 2 * len(made["paths"])
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
