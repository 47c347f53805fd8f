"""The API list of archive volumes, for people who may read the archive."""

import datetime as dt

import pytest
from django.urls import reverse

from greendistrict.core import clock
from portal.tokens.services import make_token
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.reports.archive.world import FONDS, bare_volume

pytestmark = pytest.mark.django_db
CITY = {"city_officer", "city_checker", "city_director", "city_legal"}


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def get(client, people):
    def ask(query="", seat="city_officer"):
        client.force_login(getattr(people, seat))
        return client.get(f"{reverse('api:volumes')}{query}").json()

    return ask


def test_only_the_city_reads_volumes(client, people, get):
    bare_volume(people, make_district(people), number=1, confidentiality="classified")
    for seat in people.everybody:
        answer = get(seat=seat)
        assert (answer["count"], len(answer["results"])) == ((1, 1) if seat in CITY else (0, 0)), seat
    client.logout()
    for holder, count in ((people.partner, 0), (people.city_legal, 1)):
        header = {"HTTP_AUTHORIZATION": f"Token {make_token(by=holder)}"}
        assert client.get(reverse("api:volumes"), **header).json()["count"] == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(client, people, kept_queries, count):
    for number in range(1, count + 1):
        bare_volume(people, make_district(people), number=number, items=number)
    client.force_login(people.city_checker)
    client.get(reverse("api:volumes"))  # the first reading of a day is put on record
    with kept_queries():
        rows = client.get(reverse("api:volumes")).json()["results"]
    assert [(row["number"], row["items"], row["pages"]) for row in rows] == [(number, number, number) for number in range(1, count + 1)]


def test_a_row_says_what_the_page_of_the_volume_says(people, get):
    district = make_district(people, code="yanshi", name="演示归档区（虚构）")
    volume = bare_volume(people, district, number=7, items=2, status="handed_over", receiver="演示市档案馆（虚构）",
                         receiving_person="演接收（虚构）", handed_over_on=dt.date(2026, 3, 1))  # fmt: skip
    [row] = get()["results"]
    closed = row.pop("closed_at")
    assert (dt.datetime.fromisoformat(closed), closed.endswith("+08:00")) == (volume.closed_at, True)
    assert row == {
        "title": volume.title, "kind": "试点申报", "matter_number": "SQ-2026-007", "district": "yanshi",
        "district_name": "演示归档区（虚构）", "year": volume.year, "retention": "y30", "fonds": FONDS, "number": 7,
        "status": "handed_over", "confidentiality": "internal", "items": 2, "pages": 2, "receiver": "演示市档案馆（虚构）",
        "handed_over_on": "2026-03-01", "is_demo": True,
    }  # fmt: skip


def test_pages_and_number_of_one_in_preparation_are_not_known(people, get):
    bare_volume(people, make_district(people), number=1, items=1, status="preparing")
    [row] = get()["results"]
    assert (row["items"], row["pages"]) == (1, None)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?year=2025", [1]),
        ("?kind=监督检查", [2]),
        ("?retention=permanent", [2]),
        ("?confidentiality=classified", [3]),
        ("?status=preparing", [3]),
        ("?district=yanshi-1", [1]),
        ("?is_demo=false", [2]),
        ("?handed_over_after=2026-03-01&handed_over_before=2026-03-31", [2]),
        ("?q=SQ-2026-003", [3]),
        ("?q=演示归档1区", [1]),
        ("", [2, 3, 1]),
        ("?ordering=number", [1, 2, 3]),
        ("?ordering=-closed_at", [3, 2, 1]),
        ("?ordering=-number&limit=1&offset=1", [2]),
    ],
)
def test_volumes_are_filtered_ordered_and_paged(people, get, query, expected):
    places = [make_district(people, code=f"yanshi-{one}", name=f"演示归档{one}区（虚构）") for one in (1, 2, 3)]
    moments = [clock.now() - dt.timedelta(days=one) for one in (3, 2, 1)]
    handed = {"receiver": "演示市档案馆（虚构）", "receiving_person": "演接收（虚构）", "handed_over_on": dt.date(2026, 3, 15)}
    special = [
        {"year": 2025},
        {"year": 2026, "kind": "监督检查", "retention": "permanent", "is_demo": False, "status": "handed_over", **handed},
        {"year": 2026, "confidentiality": "classified", "status": "preparing"},
    ]
    for number, (district, moment, more) in enumerate(zip(places, moments, special, strict=True), start=1):
        bare_volume(people, district, number=number, **{"closed_at": moment, **more})
    assert [row["number"] for row in get(query)["results"]] == expected


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?state=closed", "参数不存在：state。可用的参数：year、kind"),
        ("?ordering=title", "不能按这样的字段排序：title。可用的字段：year、fonds、number"),
        ("?limit=all", "参数limit应为非负整数"),
    ],
)
def test_what_the_list_does_not_know_is_refused(get, query, words):
    assert get(query)["detail"].startswith(words)


def test_an_unknown_state_is_refused(client, people):
    client.force_login(people.city_officer)
    assert client.get(f"{reverse('api:volumes')}?status=lost").status_code == 400
