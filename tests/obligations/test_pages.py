"""The list of obligations, and the page on which the director waives or extends one."""

import datetime as dt

from django.urls import reverse

from districts.file.models.district import District
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.core import clock
from tests.factories.accounts import make_organisation
from tests.factories.assessments import make_self_check
from tests.factories.received import at
from tests.obligations.world import DUE, titled

URL = "obligations:obligation_list"


def page(client, day=DUE, **query):
    with clock.at(dt.datetime.combine(day, dt.time(9), tzinfo=clock.SHANGHAI)):
        return client.get(reverse(URL), query).content.decode()


def rows(client, day=DUE, **query):
    return page(client, day, **query).count('<th scope="row">')


def test_only_a_page_that_opens_is_linked(client, people):
    check = make_self_check(people, district=District.objects.get(code="jia"), year=2026)
    address = reverse("assessments:selfcheck", args=[check.pk])
    detail = reverse("obligations:obligation_detail", args=[f"self_check:{check.district_id}:2026"])
    for seat, linked in {"preparer": True, "city_officer": True, "partner": False}.items():
        client.force_login(getattr(people, seat))
        with clock.at(at(2027, 3, 20)):
            shown = [f'href="{address}"' in text for text in (page(client), client.get(detail).content.decode())]
        assert (shown, client.get(address).status_code == 200) == ([linked, linked], linked), seat


def test_whoever_reads_of_more_narrows_the_list_to_what_their_own_bodies_answer_for(client, people):
    for seat, left in {"authority": 4, "reviewer": 4, "bureau": 0, "city_officer": 4}.items():
        client.force_login(getattr(people, seat))
        assert (rows(client), rows(client, whose="answered")) == (4, left), seat
        assert ('name="whose"' in page(client)) == (seat != "city_officer")


def test_the_list_is_narrowed_and_each_state_says_how_many_rows_it_would_leave(officer, people):
    district = titled(people, "演示乙城（虚构）")
    other = make_organisation(OrganisationKind.AUTHORITY, name="演示乙区人民政府（虚构）")
    district.authorities.set([other])
    for asked, left in (
        ({}, 8), ({"q": "乙城"}, 4), ({"state": "'; drop"}, 8), ({"state": "overdue"}, 0), ({"state": "unmet"}, 4), ({"state": "owed"}, 8),
        ({"state": "due"}, 2), ({"state": "upcoming"}, 2), ({"authority": other.pk}, 4), ({"authority": people.authority_body.pk}, 4),
        ({"kind": "self_check"}, 4), ({"kind": "self_check", "year": 2026, "authority": other.pk}, 1), ({"due": "2027-03-31"}, 4),
        ({"district": district.pk}, 4), ({"world": "demo"}, 8), ({"world": "real"}, 0),
        ({"authority": "x", "year": "x", "due": "2027-02-30", "district": "-1"}, 8),
    ):  # fmt: skip
        assert rows(officer, **asked) == left, asked
    for asked in ({}, {"kind": "self_check"}, {"q": "乙城"}, {"q": "乙城", "state": "due"}):
        with clock.at(at(2027, 3, 20)):
            form = officer.get(reverse(URL), asked).context["form"]
        told = {key: label for key, label in form.fields["state"].choices if key}
        for key in ("unmet", "owed", "due", "upcoming"):
            number = rows(officer, **{**asked, "state": key})
            assert told[key].endswith(f"（{number}）"), (asked, told[key])


def test_overdue_ones_stand_first_and_done_ones_last(officer, people):
    titled(people, "演示乙城（虚构）")
    with clock.at(at(2027, 4, 5)):
        shown = [line["state"].label for line in officer.get(reverse(URL)).context["lines"]]
    assert shown == ["逾期", "逾期", "未到办理期", "未到办理期", *["已完成"] * 4]
