"""The map of the public site, and what search engines may read."""

import datetime as dt
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from approvals.cases.models.correspondence import Notice
from approvals.titles.models.publicity import Announcement
from districts.common.enums import Stage
from portal.open_data.datasets import DATASETS
from tests.factories.approvals import Filing
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db


def test_the_site_map_names_only_pages_that_a_visitor_reads_and_robots_are_told_of_it(client):
    case = Filing().case
    notice = Notice.objects.create(case=case, title="公示", body="演示", opens_on=dt.date(2026, 3, 9), closes_on=dt.date(2026, 3, 16))
    batch = Announcement.objects.create(
        year=2026, batch=1, title="公告", status="published", announced_on=dt.date(2026, 3, 9), is_demo=True
    )
    draft = Announcement.objects.create(year=2026, batch=2, title="拟稿", is_demo=True)
    district = make_district(stage=Stage.PILOT)
    answer = client.get(reverse("portal:sitemap"))
    assert not answer.cookies
    listed = ET.fromstring(answer.content)  # noqa: S314 -- written by the portal itself
    places = [found.text.removeprefix("http://testserver") for found in listed.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(places) == len(set(places))
    assert {client.get(place).status_code for place in places} == {200}
    assert reverse("approvals:notice", args=[notice.pk]) in places
    assert reverse("approvals:announcement", args=[batch.pk]) in places
    assert reverse("approvals:announcement", args=[draft.pk]) not in places
    assert reverse("portal:public_district", args=[district.code]) in places
    assert {reverse("portal:open_dataset", args=[key]) for key in DATASETS} <= set(places)
    robots = client.get(reverse("portal:robots")).content.decode().splitlines()
    rules = [line.removeprefix("Allow: ") for line in robots if line.startswith("Allow: ")]
    allowed, exact = tuple(rule for rule in rules if not rule.endswith("$")), {rule[:-1] for rule in rules if rule.endswith("$")}
    assert [place for place in places if place not in exact and not place.startswith(allowed)] == []
    assert robots[:2] == ["User-agent: *", "Allow: /$"]
    assert f"Sitemap: http://testserver{reverse('portal:sitemap')}" in robots
    pages = [place for place in allowed if place != "/static/" and "cases" not in place]
    assert {client.get(place).status_code for place in pages} == {200}
