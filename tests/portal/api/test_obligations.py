"""The API list of obligations equals the page 到期 for the same person."""

import datetime as dt

import pytest
from django.urls import reverse

from greendistrict.core import clock
from obligations.forms import GROUPS
from tests.factories.accounts import make_organisation
from tests.factories.received import at
from tests.factories.waivers import waived_or_extended
from tests.obligations.world import DUE, SEES, titled, world

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("portal/api", "obligations")


@pytest.fixture
def people():
    return world()


@pytest.fixture
def get(client, people):
    def ask(query="", seat="city_officer", day=DUE, status=200):
        client.force_login(getattr(people, seat))
        with clock.at(dt.datetime.combine(day, dt.time(9), tzinfo=clock.SHANGHAI)):
            response = client.get(f"{reverse('api:obligations')}{query}")
        assert response.status_code == status, response.content.decode()
        return response.json()

    return ask


@pytest.fixture
def page(client, people):
    """Keys and states in words that the page 到期 shows to a seat."""

    def ask(query="", seat="city_officer", day=DUE):
        client.force_login(getattr(people, seat))
        with clock.at(dt.datetime.combine(day, dt.time(9), tzinfo=clock.SHANGHAI)):
            response = client.get(f"{reverse('obligations:obligation_list')}{query}")
        lines = response.context["lines"] if response.status_code == 200 else ()  # 404 for keepers
        return {line["obligation"].key: line["state"] for line in lines}

    return ask


def keys(answer):
    return [row["key"] for row in answer["results"]]


@AREA
def test_every_seat_reads_what_its_page_shows(people, get, page):
    late = DUE + dt.timedelta(days=20)
    for seat in people.everybody:
        rows = get(seat=seat, day=late)
        assert set(keys(rows)) == set(page(seat=seat, day=late)), seat
        assert (rows["count"] > 0) == (seat in SEES), seat


def test_a_row_says_what_the_command_says(people, get):
    [row] = get("?kind=self_check&state=due")["results"]
    assert row["key"].startswith("self_check:")
    how = row.pop("how")
    assert set(how) == {"anchor", "rule", "rolled", "extended"}
    assert how["rule"]
    row.pop("key")
    assert row == {
        "kind": "self_check", "title": "2026年度自查", "debtor": people.applicant_body.name, "creditor": "市住房城乡建设管理委",
        "district": "jia", "due": "2027-03-31", "state": "due", "default": True, "cite": "八（二）",
        "layer": "原文", "date_layer": "平台",
    }  # fmt: skip


def test_a_state_or_group_of_states_narrows_it_as_it_narrows_the_page(people, get, page):
    other = titled(people, "演示乙城（虚构）")
    with clock.at(at(2027, 1, 10)):
        waived_or_extended(f"self_check:{other.pk}:2026", people, "停建")
    day = DUE + dt.timedelta(days=5)
    for state in GROUPS:
        assert set(keys(get(f"?state={state}", day=day))) == set(page(f"?state={state}", day=day)), state


def test_it_is_narrowed_by_authority_district_kind_and_fiction(people, get):
    elsewhere = make_organisation("authority", name="演示丁区人民政府（虚构）")
    other = titled(people, "演示乙城（虚构）", code="yi")
    other.authorities.set([elsewhere])
    everything = get()["count"]
    of_one, of_other = (get(f"?authority={body.code}") for body in (people.authority_body, elsewhere))
    assert {row["district"] for row in of_other["results"] if row["district"]} == {"yi"}
    assert {row["district"] for row in of_one["results"] if row["district"]} == {"jia"}
    assert {row["district"] for row in get("?district=yi")["results"]} == {"yi"}
    assert get("?district=yi", seat="outsider_preparer")["count"] == 0, "a condition opens no district of others"
    assert {row["kind"] for row in get("?kind=self_check")["results"]} == {"self_check"}
    assert (get("?is_demo=false")["count"], get("?is_demo=true")["count"], get("?authority=nobody")["count"]) == (0, everything, 0)


def test_it_is_ordered_and_paged(people, get):
    for name in ("演示乙城（虚构）", "演示丙城（虚构）"):
        titled(people, name)
    rows = get("?ordering=-due,kind&limit=200")["results"]
    assert [row["due"] for row in rows] == sorted((row["due"] for row in rows), reverse=True)
    first, rest = get("?limit=2"), get("?limit=200&offset=2")
    assert (len(first["results"]), first["count"]) == (2, len(rows))
    assert {*keys(first), *keys(rest)} == {row["key"] for row in rows}


def test_another_day_is_for_those_who_see_every_district(people, get):
    rows = get("?kind=self_check&on=2027-04-01")["results"]
    assert [(row["state"], row["due"]) for row in rows] == [("overdue", "2027-03-31"), ("upcoming", "2028-03-31")]
    assert get(f"?on={DUE}", seat="preparer")["count"] == get(seat="preparer")["count"]
    for seat in people.everybody:
        allowed = seat in {"city_officer", "city_checker", "city_director", "city_legal", "secretariat", "partner"}
        answer = get("?on=2027-04-01", seat=seat, status=200 if allowed else 403)
        assert allowed or answer["detail"] == "其他日期限能查看全部城区的岗位查询", seat


@AREA
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(client, people, get, kept_queries, count):
    for number in range(count - 1):
        titled(people, f"演示丙城{number}（虚构）")
    for seat in ("city_officer", "preparer"):
        get(seat=seat)
        with clock.at(dt.datetime.combine(DUE, dt.time(9), tzinfo=clock.SHANGHAI)), kept_queries(seat):
            rows = client.get(reverse("api:obligations"), {"kind": "self_check", "state": "due"}).json()
        assert rows["count"] == count
