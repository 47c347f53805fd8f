"""API v1: refusal, scope, filters, orders, paging, shapes, schema, query counts."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.authtoken.models import Token

from approvals.titles.models.publicity import Announcement
from assessments.self_checks.models import SelfCheck
from assessments.tables.models import ScoreTable
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.core.errors import NotAllowed
from portal.api import description, serializers, views
from portal.tokens.services import make_token
from portal.webhooks.models import WebhookEvent
from tests.factories.accounts import cast
from tests.factories.districts import AreaFactory, DistrictFactory, make_district
from tests.factories.reviews import reference_edition
from tests.factories.titles import title_as_copied
from tests.portal.api.world import fill, received, title
from tests.reports.archive.world import bare_volume

pytestmark = pytest.mark.django_db
STORED = ("districts", "titles", "announcements", "editions", "assessments", "volumes")
NAMES = (*STORED, "obligations")  # computed; what it costs stands in test_obligations
SHAPES = {
    "districts": serializers.DistrictSerializer,
    "titles": serializers.TitleSerializer,
    "announcements": serializers.AnnouncementSerializer,
    "editions": serializers.EditionSerializer,
    "assessments": serializers.AssessmentSerializer,
    "volumes": serializers.VolumeSerializer,
    "obligations": serializers.ObligationSerializer,
}


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def get(client, people):
    def ask(name, query="", seat="city_officer"):
        client.force_login(getattr(people, seat))
        return client.get(f"{reverse(f'api:{name}')}{query}")

    return ask


@pytest.mark.parametrize("name", NAMES)
def test_nobody_without_credentials_reads_anything(client, name):
    response = client.get(reverse(f"api:{name}"))
    assert response.status_code == 401


@pytest.mark.parametrize("name", NAMES)
def test_nothing_can_be_written(client, people, name):
    client.force_login(people.city_officer)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(reverse(f"api:{name}")).status_code == 405


@pytest.mark.parametrize("name", NAMES)
def test_rows_have_the_shape_the_schema_tells(get, people, name):
    fill(people, 1)
    row = get(name).json()["results"][0]
    assert set(row) == set(SHAPES[name]().fields)


@pytest.mark.parametrize("name", STORED)
def test_a_list_costs_the_same_queries_for_one_and_three(client, people, name):
    def cost():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse(f"api:{name}")).status_code == 200
        return len(caught)

    fill(people, 1)
    client.force_login(people.city_officer)
    cost()  # the first reading of a day is put on record
    one = cost()
    received(people, "ZC-2026-0008", name="演示甲城（虚构）")
    title(received(people, "ZC-2026-0009", name="演示乙城（虚构）").district)
    for number in (2, 3):
        bare_volume(people, make_district(people), number=number)
    assert one == cost() <= 6


def test_the_schema_is_valid(tmp_path):
    target = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))
    assert "/api/v1/assessments/" in target.read_text(encoding="utf-8")


def test_the_schema_and_its_page_are_public(client):
    assert client.get(reverse("api:schema")).status_code == 200
    page = client.get(reverse("api:docs")).content.decode()
    assert all(f"/api/v1/{name}/" in page for name in NAMES)
    assert "公众栏目" in page  # the frame of a visitor: no empty menu, no way back to a desk that asks for a login
    assert reverse("portal:workdesk") not in page


def test_a_visitor_finds_client_webhooks_and_open_data_on_the_page(client):
    page = client.get(reverse("api:docs")).content.decode()
    taken = client.get(reverse("api:client"))
    assert taken.content.decode() == views.CLIENT.read_text(encoding="utf-8")
    assert taken["Content-Disposition"] == 'attachment; filename="greendistrict_client.py"'
    for name in ("api:client", "portal:open_data", "portal:open_data_catalogue", "portal:ogc_landing", "portal:publicity"):
        assert f'href="{reverse(name)}"' in page
    told = dict(re.findall(r'<th scope="row" class="gd-code">([a-z]+\.[a-z]+)</th>\s*<td>([^，<]+)', page))
    assert told == dict(WebhookEvent.choices)


def test_every_field_of_the_schema_says_what_it_is():
    shapes = description.schema()["components"]["schemas"]
    silent = [
        f"{name}.{field}" for name, shape in shapes.items() if not name.startswith("Paginated")
        for field, about in shape.get("properties", {}).items() if not about.get("description")
    ]  # fmt: skip
    assert silent == []


def names_of(response, key="code"):
    return [row[key] for row in response.json()["results"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?stage=pilot", ["pilot"]),
        ("?type=renewal", ["renewal"]),
        ("?star=3", ["pilot"]),
        ("?q=taopu", ["pilot"]),
        ("?is_demo=false", ["pilot"]),
        ("?titled_after=2024-01-01", ["pilot"]),
        ("?titled_before=2023-12-31", ["renewal"]),
        ("?area=310107", ["pilot"]),
        ("?ordering=code", ["pilot", "renewal"]),
        ("?ordering=-code", ["renewal", "pilot"]),
        ("?ordering=code&limit=1&offset=1", ["renewal"]),
    ],
)
def test_districts_are_filtered_ordered_and_paged(get, query, expected):
    area = AreaFactory(code="310107", name="普陀区")
    make_district(area=area, code="pilot", name="桃浦智创城", stage=Stage.PILOT, star=3, is_demo=False, titled_on=dt.date(2024, 6, 11))
    make_district(code="renewal", name="演示更新（虚构）", type="renewal", stage=Stage.DEMONSTRATION, titled_on=dt.date(2020, 1, 1))
    assert names_of(get("districts", query)) == expected


def test_areas_are_text_as_the_schema_says(get):
    make_district(stage=Stage.PILOT, is_demo=False, area_km2=Decimal("5.86"))
    assert names_of(get("districts"), "area_km2") == ["5.8600"]


def test_an_unknown_value_of_a_filter_is_refused(get):
    assert get("districts", "?stage=nonsense").status_code == 400


def test_paging_tells_count_and_neighbours(get):
    for _ in range(3):
        DistrictFactory(stage=Stage.PILOT)
    answer = get("districts", "?limit=2&offset=0").json()
    assert (answer["count"], len(answer["results"]), answer["previous"]) == (3, 2, None)
    assert "offset=2" in answer["next"]


def test_titles_past_and_present(get):
    district = make_district(stage=Stage.DEMONSTRATION, code="yanshi")
    title(district, end="superseded", ended_on=dt.date(2024, 1, 1), granted_on=dt.date(2020, 1, 1))
    title(district, kind="demonstration", star=3, granted_on=dt.date(2024, 1, 1))
    assert names_of(get("titles", "?current=true"), "kind") == ["demonstration"]
    assert names_of(get("titles", "?current=false"), "kind") == ["pilot"]
    assert names_of(get("titles", "?ordering=granted_on"), "kind") == ["pilot", "demonstration"]
    assert names_of(get("titles", "?district=other"), "kind") == []


def test_announcements_published_ones_only(get, people):
    fill(people, 2)
    Announcement.objects.create(year=2026, batch=9, title="演示草稿", status="draft")
    assert names_of(get("announcements"), "batch") == [2, 1]
    assert names_of(get("announcements", "?year=2026"), "batch") == []
    assert len(get("announcements").json()["results"][0]["districts"]) == 1


def test_editions_are_listed(get):
    reference_edition()
    row = get("editions", "?official=false").json()["results"][0]
    assert row["code"] == "GD-REF-2024"
    assert row["clauses"] > 100


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


@pytest.mark.parametrize("seat", ["preparer", "reviewer", "consultant", "authority"])
def test_no_district_reads_another_ones_assessment_or_draft(get, people, seat):
    received(people, "ZC-2026-0001", code="ours")
    other = make_district(code="theirs", applicant=people.outsider_body, stage=Stage.PILOT)
    received(people, "ZC-2026-0002", district=other)
    DistrictFactory(code="their-draft", applicant=people.outsider_body)
    assert names_of(get("assessments", seat=seat), "district") == ["ours"]
    assert "their-draft" not in names_of(get("districts", seat=seat))
    assert names_of(get("assessments", seat="outsider_preparer"), "district") == ["theirs"]


def test_a_bureau_reads_no_assessment_as_a_whole(get, people):
    received(people, "ZC-2026-0001", code="ours")
    assert get("assessments", seat="bureau").json()["count"] == 0


def test_unreceived_self_checks_are_nobodys(get, people):
    check = received(people, "ZC-2026-0001")
    SelfCheck.objects.filter(pk=check.pk).update(status="filed", received_at=None)
    for seat in ("city_officer", "preparer", "partner"):
        assert get("assessments", seat=seat).json()["count"] == 0


@pytest.mark.parametrize("seat", ["system_keeper", "security_keeper", "audit_keeper"])
def test_keepers_read_no_business_data(get, people, seat):
    fill(people, 1)
    for name in ("districts", "titles", "announcements", "assessments", "volumes", "obligations"):
        assert get(name, seat=seat).json()["count"] == 0


def by_token(client, secret, name="districts"):
    return client.get(reverse(f"api:{name}"), HTTP_AUTHORIZATION=f"Token {secret}")


def test_a_token_opens_what_its_owner_sees_and_only_its_digest_is_kept(client, people):
    DistrictFactory(stage=Stage.PILOT)
    secret = make_token(by=people.partner)
    assert by_token(client, secret).json()["count"] == 1
    assert secret not in Token.objects.get().key
    assert by_token(client, Token.objects.get().key).status_code == 401


def test_a_token_dies_with_its_owner_or_the_seat(client, people):
    secret = make_token(by=people.partner)
    people.partner.posts.update(valid_to=dt.date(2020, 1, 2))
    assert by_token(client, secret).status_code == 401
    other = make_token(by=people.city_officer)
    type(people.city_officer).objects.filter(pk=people.city_officer.pk).update(is_active=False)
    assert by_token(client, other).status_code == 401


def test_only_city_partner_departments_and_who_fills_in_make_tokens(people):
    for seat in ("reviewer", "expert1", "secretariat", "system_keeper"):
        with pytest.raises(NotAllowed):
            make_token(by=getattr(people, seat))


def test_the_page_makes_shows_once_replaces_and_revokes(client, people):
    client.force_login(people.city_officer)
    address = reverse("portal:tokens")
    assert client.post(address, {"action": "make"}).status_code == 422
    first = client.post(address, {"action": "make", "confirmed": "on"}).context["secret"]
    assert first not in client.get(address).content.decode()
    second = client.post(address, {"action": "make", "confirmed": "on"}).context["secret"]
    client.logout()
    assert by_token(client, first).status_code == 401
    assert by_token(client, second).status_code == 200
    client.force_login(people.city_officer)
    client.post(address, {"action": "revoke"})
    client.logout()
    assert by_token(client, second).status_code == 401
