import datetime as dt

import pytest
from django.urls import reverse

from districts.file.models.district import District
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.core import clock
from obligations.duties import ObligationState
from obligations.models import Exemption
from obligations.selectors import due
from tests.factories.accounts import make_organisation
from tests.factories.assessments import make_self_check
from tests.factories.received import at, filed_self_check
from tests.obligations.world import DUE, SEES, checks_due, titled

URL = "obligations:obligation_list"
pytestmark = pytest.mark.django_db


def page(client, day=DUE, **query):
    with clock.at(dt.datetime.combine(day, dt.time(9), tzinfo=clock.SHANGHAI)):
        return client.get(reverse(URL), query).content.decode()


def test_each_seat_reads_its_own_list(client, people):
    for seat, user in people.everybody.items():
        client.force_login(user)
        assert ("2026年度自查" in page(client)) == (seat in SEES), seat


def test_only_a_page_that_opens_is_linked(client, people):
    check = make_self_check(people, district=District.objects.get(code="jia"), year=2026)
    address = reverse("assessments:selfcheck", args=[check.pk])
    for seat, linked in {"preparer": True, "city_officer": True, "partner": False}.items():
        client.force_login(getattr(people, seat))
        assert (f'href="{address}"' in page(client)) == linked, seat
        assert (client.get(address).status_code == 200) == linked, seat


def test_whoever_reads_of_more_narrows_the_list_to_what_their_own_bodies_answer_for(client, people):
    rows = '<th scope="row">'
    for seat, left in {"authority": 4, "reviewer": 4, "bureau": 0, "city_officer": 4}.items():
        client.force_login(getattr(people, seat))
        assert (page(client).count(rows), page(client, whose="answered").count(rows)) == (4, left), seat
        assert ('name="whose"' in page(client)) == (seat != "city_officer")


def test_filters_narrow_the_list_and_an_empty_answer_says_so(client, people):
    titled(people, "演示乙城（虚构）")
    client.force_login(people.city_officer)
    assert page(client).count('<th scope="row">') == 8
    assert page(client, q="乙城").count('<th scope="row">') == 4
    assert page(client, state="unmet").count('<th scope="row">') == 4
    assert page(client, state="due").count('<th scope="row">') == 2
    assert page(client, state="upcoming").count('<th scope="row">') == 2
    assert "没有符合条件的事项" in page(client, state="overdue")
    assert page(client, state="'; drop").count('<th scope="row">') == 8


def test_each_state_says_how_many_rows_it_would_leave_under_the_other_conditions(client, people):
    titled(people, "演示乙城（虚构）")
    client.force_login(people.city_officer)
    for asked in ({}, {"kind": "self_check"}, {"q": "乙城"}, {"q": "乙城", "state": "due"}):
        with clock.at(at(2027, 3, 20)):
            form = client.get(reverse(URL), asked).context["form"]
        told = {key: label for key, label in form.fields["state"].choices if key}
        for key in ("unmet", "owed", "due", "upcoming"):
            number = page(client, **{**asked, "state": key}).count('<th scope="row">')
            assert told[key].endswith(f"（{number}）"), (asked, told[key])


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_queries(client, people, kept_queries, count):
    for number in range(count - 1):
        titled(people, f"演示丙城{number}（虚构）")
    client.force_login(people.city_officer)
    page(client)
    with kept_queries():
        page(client)


def test_filed_on_the_last_day_in_shanghai_is_in_time(people):
    check = filed_self_check(people, district=None, filed=at(2027, 3, 31, 23))
    states = {row.key: row.state(dt.date(2027, 4, 5)) for row in due(dt.date(2027, 4, 5))}
    assert states[f"self_check:{check.district_id}:2026"] == ObligationState.MET


def test_filed_just_after_midnight_in_shanghai_is_late(people):
    check = filed_self_check(people, filed=at(2027, 4, 1, 1))
    states = {row.key: row.state(dt.date(2027, 4, 5)) for row in due(dt.date(2027, 4, 5))}
    assert states[f"self_check:{check.district_id}:2026"] == ObligationState.LATE


def test_director_extends_on_the_page(client, people):
    owed, _running = checks_due(DUE)
    url = reverse("obligations:obligation_decide", args=[owed.key])
    client.force_login(people.city_director)
    with clock.at(at(2027, 3, 1)):
        assert "2026年度自查" in client.get(url).content.decode()
        refused = client.post(url, {"reason": "延", "extended_to": "2027-02-01"}).content.decode()
        assert "须在今天之后" in refused
        assert "2027-02-01" in refused
        assert "不晚于原期限" in client.post(url, {"reason": "延", "extended_to": "2027-03-31"}).content.decode()
        assert "须在今天之后" in client.post(url, {"reason": "", "extended_to": "2027-02-01"}).content.decode()
        assert not Exemption.objects.exists()
        assert client.post(url, {"reason": "延", "extended_to": "2027-05-31"}).url == reverse(URL)
    assert Exemption.objects.get().extended_to == dt.date(2027, 5, 31)
    assert "2027年5月31日" in page(client)


def test_a_waiver_without_end_is_asked_twice_and_named_in_the_list(client, people):
    owed, _running = checks_due(DUE)
    url = reverse("obligations:obligation_decide", args=[owed.key])
    client.force_login(people.city_director)
    with clock.at(at(2027, 3, 1)):
        asked = client.post(url, {"reason": "已移交", "extended_to": ""})
        assert "长期免报" in asked.content.decode()
        assert not Exemption.objects.exists()
        assert client.post(url, {"reason": "已移交", "extended_to": "", "confirmed": "yes"}).url == reverse(URL)
    assert Exemption.objects.get().extended_to is None
    assert "长期免报" in page(client)


def test_what_was_met_meanwhile_is_neither_waived_nor_extended(client, people):
    check = filed_self_check(people, filed=at(2027, 3, 1))
    key = f"self_check:{check.district_id}:2026"
    client.force_login(people.city_director)
    with clock.at(at(2027, 3, 2)):
        answer = client.post(
            reverse("obligations:obligation_decide", args=[key]), {"reason": "延", "extended_to": "2027-05-31"}, follow=True
        )
    assert "2026年度自查已完成，不办理免报和延期" in answer.content.decode()
    assert not Exemption.objects.exists()


def test_nobody_else_sees_the_decision(client, people):
    owed, _running = checks_due(DUE)
    for seat, user in people.everybody.items():
        client.force_login(user)
        with clock.at(at(2027, 3, 1)):
            status = client.get(reverse("obligations:obligation_decide", args=[owed.key])).status_code
        assert status == (200 if seat == "city_director" else 404), seat


def test_unknown_obligation_is_not_found(client, people):
    client.force_login(people.city_director)
    assert client.get(reverse("obligations:obligation_decide", args=["self_check:0:2026"])).status_code == 404


def rows(client, day=DUE, **query):
    return page(client, day, **query).count('<th scope="row">')


def test_overdue_ones_stand_first_and_done_ones_last(client, people):
    titled(people, "演示乙城（虚构）")
    client.force_login(people.city_officer)
    with clock.at(at(2027, 4, 5)):
        shown = [line["state"] for line in client.get(reverse(URL)).context["lines"]]
    assert shown == ["逾期", "逾期", "未到办理期", "未到办理期", "已完成", "已完成", "已完成", "已完成"]


def test_the_list_is_narrowed_by_body_kind_year_day_and_world(client, people):
    district = titled(people, "演示乙城（虚构）")
    other = make_organisation(OrganisationKind.AUTHORITY, name="演示乙区人民政府（虚构）")
    district.authorities.set([other])
    client.force_login(people.city_officer)
    assert rows(client, authority=other.pk) == rows(client, authority=people.authority_body.pk) == 4
    assert rows(client, kind="self_check") == 4
    assert rows(client, kind="self_check", year=2026, authority=other.pk) == 1
    assert rows(client, due="2027-03-31") == 4
    assert rows(client, district=district.pk) == 4
    assert (rows(client, world="demo"), rows(client, world="real")) == (8, 0)
    assert (rows(client, state="unmet"), rows(client, state="owed")) == (4, 8)
    assert rows(client, authority="x", year="x", due="2027-02-30", district="-1") == 8
    assert f"实施主体：{other.name}" in page(client, authority=other.pk)
    assert f"由{people.applicant_body.name}办理" in page(client, kind="carbon_verification")
