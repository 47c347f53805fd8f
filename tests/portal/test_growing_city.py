"""Pages about all districts cost the same for 330 and for 660 of them, and each row stands on one page."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.common.enums import TITLED
from districts.file.models.district import District
from reports.city.figures.whole import SHOWN
from tests.factories.once import copy_of, once
from tools.bench import report_world, seeding

FEW, MANY = 330, 660
MORE_BYTES = 1_000  # the pager and longer numbers
RULE = reverse("portal:policy_rule", args=["ACCEPT-PLOTS"])
ASK = reverse("reports:report_request", args=["annual_district"])
NAMES = ("portal:home", "portal:register", "reports:awards", "portal:comparison", "portal:comparison_dimensions")
PAGES = (*map(reverse, NAMES), RULE)
RULES = (*map(reverse, ("policy:rule_list", "portal:policy_check", "portal:pilot_progress", "portal:takeover")),)
DESK = reverse("portal:workdesk")
CALENDAR = f"{reverse('obligations:duty_calendar')}?month={seeding.YEAR + 1}-03"
YEAR_OF_CITY = [f"{reverse('reports:city_year', args=[seeding.YEAR])}?part={part}" for part in SHOWN]


def grow(seeded, total):
    """Districts up to ``total``, each with a title and a received self-check."""
    seeding.more_districts(seeded, total)
    report_world.received(seeded, seeding.YEAR, total)
    report_world.entitle(list(District.objects.filter(stage__in=TITLED).values_list("pk", flat=True)))


def grown():
    seeded = seeding.seed()
    grow(seeded, FEW)
    return seeded


made = once(grown)
seeded = copy_of("made")


def signed_in(user):
    client = Client()
    client.force_login(user, backend="greendistrict.accounts.backends.ActiveUserBackend")
    return client


@pytest.fixture
def officer(seeded):
    return signed_in(seeded.officer)


def costs(seeded):
    """Bytes and queries of each page of an officer, and of the desk of a preparer of all districts, asked a second time."""
    found, officer, preparer = {}, signed_in(seeded.officer), signed_in(seeded.preparer)
    for address in (DESK, *PAGES, ASK, *RULES, *YEAR_OF_CITY, CALENDAR):
        client = preparer if address == DESK else officer
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(address)
        assert answer.status_code == 200, address
        found[address] = (len(answer.content), len(caught.captured_queries))
    return found


def test_bytes_and_queries_stay_where_the_districts_grow(seeded):
    few = costs(seeded)
    grow(seeded, MANY)
    many = costs(seeded)
    more = {address: (many[address][0] - size, many[address][1] - queries) for address, (size, queries) in few.items()}
    assert {address: one for address, one in more.items() if one[0] > MORE_BYTES or one[1]} == {}


@pytest.mark.parametrize("address", PAGES)
def test_each_row_stands_on_one_page_and_the_last_has_the_rest(officer, address):
    shown, number = [], 1
    while True:
        answer = officer.get(address, {"page": number})
        shown += re.findall(r"<tr>\s*<td[^>]*>(\d+)</td>\s*<th scope=\"row\">\s*<a href=\"[^\"]+/([^/\"]+)/\"", answer.content.decode())
        page = answer.context["page"]
        if not page.has_next():
            break
        number += 1
    assert (number > 1, len(shown)) == (True, page.paginator.count)
    assert len({code for _, code in shown}) == len(shown), "nobody stands twice"
