"""The public page of a notice: what, where, the plan in numbers if the officer publishes them, the score if released, how to comment."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from lxml.html import document_fromstring

from approvals.cases.models.correspondence import Notice
from assessments.reviews.models import Review
from assessments.score_releases import services as releases
from assessments.tables.models import TableVersion
from districts.boundaries.models import Boundary
from districts.common.enums import BoundaryKind
from districts.file.models.district import District
from greendistrict.core import clock
from tests.factories.approvals import Filing
from tests.factories.districts import square

pytestmark = pytest.mark.django_db
KNOWN = {"population": 12000, "floor_area_forecast": "180.50", "area_km2": "2.0500"}
FIVE = {
    "规划人口": "12,000 人",
    "规划建筑面积": "180.5 万m²",
    "规划地块": "20 个",
    "近期重点项目": "1 个",
    "碳排放强度目标": "32.5 kgCO₂e/(m²·a)",
}
UNPUBLISHED = "规划的数字没有随这次公示公布"


def noticed(*, with_facts, **district):
    """A filing whose notice was opened today with or without the facts of its plan."""
    filing = Filing(**{**KNOWN, **district}).to_reviewed()
    filing.do("open_notice", "city_officer", with_facts=with_facts)
    Notice.objects.filter(opens_on__gt=clock.today()).update(opens_on=clock.today())
    return filing


def drawn(district, map_number=""):
    """The plan boundary of a district."""
    return Boundary.objects.create(
        district=district, kind=BoundaryKind.PLAN, geometry={"type": "MultiPolygon", "coordinates": [[square(121.4, 31.2)]]},
        area_km2="1.0", points=5, file_name="范围（虚构）", format="GeoJSON", system="WGS84", sha256="0" * 64, reason="批准（虚构）",
        map_number=map_number, entered_at=clock.now(),
    )  # fmt: skip


def shown(client):
    """The page as a visitor reads it: facts by label, text and links by card, all text."""
    client.logout()
    page = document_fromstring(client.get(reverse("approvals:notice", args=[Notice.objects.get().pk])).content.decode())
    cards = {card.get("aria-labelledby"): card for card in page.iter("section") if card.get("aria-labelledby")}
    facts = {term.text.strip(): term.getnext().text_content().strip() for term in cards["plan-title"].iter("dt")}
    links = {name: [link.get("href") for link in card.iter("a")] for name, card in cards.items()}
    return facts, {name: " ".join(card.text_content().split()) for name, card in cards.items()}, links, cards


def test_the_plan_is_told_in_five_numbers_as_the_officer_published_it_and_stays_so(client):
    filing = noticed(with_facts=True)
    drawn(filing.district, "沪S（2026）001号（虚构）")
    facts, words, links, cards = shown(client)
    assert facts == {"所在区": facts["所在区"], "规划范围面积": "2.05 km²", **FIVE}
    assert ("审图号：沪S（2026）001号（虚构）" in words["place-title"], len(list(cards["place-title"].iter("svg")))) == (True, 1)
    assert links["plan-title"] == [], "a district that is not in the register has no page"
    District.objects.update(population=99)
    assert shown(client)[0]["规划人口"] == FIVE["规划人口"]


def test_without_the_officers_word_neither_numbers_nor_map_are_public(client):
    filing = noticed(with_facts=False)
    drawn(filing.district, "沪S（2026）001号（虚构）")
    facts, words, _links, cards = shown(client)
    assert (facts, UNPUBLISHED in words["plan-title"], "范围图没有公布" in words["place-title"]) == ({}, True, True)
    assert not list(cards["place-title"].iter("svg"))
    assert all("12,000" not in text for text in words.values())


def test_what_is_not_filled_in_is_said_and_a_boundary_without_number_is_not_drawn(client):
    filing = noticed(with_facts=True, population=None, floor_area_forecast=None)
    drawn(filing.district)
    facts, words, _links, _cards = shown(client)
    assert (facts["规划人口"], facts["规划建筑面积"], facts["规划地块"]) == ("未填", "未填", "20 个")
    assert "范围图没有公布" in words["place-title"]


def test_the_form_tells_the_officer_what_will_be_published_and_takes_the_answer(client):
    filing = Filing(**KNOWN).to_reviewed()
    client.force_login(filing.people.city_officer)
    address = reverse("approvals:case_action", args=[filing.case.pk, "open_notice"])
    page = client.get(address).content.decode()
    assert all(f"{label}{value}" in page for label, value in FIVE.items())
    assert "范围没有审图号，图不公布" in page
    typed = {"opens_on": clock.today().isoformat(), "body": "拟授予称号（虚构）", "version": filing.fresh().version, "confirmed": "yes"}
    assert client.post(address, typed).status_code == 302
    assert Notice.objects.get().facts == [], "left out by whoever does not tick it"


def test_it_says_until_when_and_how_and_what_comes_after(client):
    noticed(with_facts=True)
    notice = Notice.objects.get()
    _facts, words, links, _cards = shown(client)
    day = notice.closes_on
    assert f"{day.year}年{day.month}月{day.day}日截止" in words["comment-title"]
    assert links["comment-title"] == [reverse("outreach:opinion_on_notice", args=[notice.pk]), reverse("outreach:opinion_receipt")]
    assert "的得分没有公开" in words["score-title"]
    today = clock.today()
    for opens, closes, said in ((1, 9, "公示尚未开始"), (-9, -1, "公示期已过")):
        Notice.objects.update(opens_on=today + dt.timedelta(days=opens), closes_on=today + dt.timedelta(days=closes))
        _facts, words, links, _cards = shown(client)
        assert (said in words["comment-title"], links["comment-title"]) == (True, [reverse("outreach:opinion_receipt")])


def test_the_office_is_named_where_the_operator_entered_it(client, settings):
    noticed(with_facts=False)
    assert shown(client)[2]["contact-title"] == [reverse("portal:guide_page", args=["contact"])]
    settings.CONTACT_OFFICE = {"处室": "演示处（虚构）", "电话": ""}
    _facts, words, links, _cards = shown(client)
    assert (words["contact-title"], links["contact-title"]) == ("联系处室演示处（虚构）", [])


@pytest.mark.area("approvals", "assessments")
def test_the_score_stands_there_from_its_release_until_it_is_withdrawn_with_the_announcement(client):
    filing = Filing(**KNOWN).to_announced()
    people, version = filing.people, TableVersion.objects.get(table=filing.case.table, counts=True)
    assert "的得分没有公开" in shown(client)[1]["score-title"]
    Review.objects.filter(pk=filing.case.review_id).update(result={**version.content["result"], "total": "61.50"})
    releases.release(version=version, basis="演示决定（虚构）", note="", by=people.city_officer)
    _facts, words, links, _cards = shown(client)
    assert f"{Decimal('61.50')}分" in words["score-title"]
    assert reverse("approvals:announcement", args=[filing.case.announcement_line.announcement_id]) in links["papers-title"]
    assert links["plan-title"] == [reverse("portal:public_district", args=[filing.district.code])]
    releases.withdraw(version=version, reason="数据有误（虚构）", by=people.city_officer)
    assert "的得分没有公开" in shown(client)[1]["score-title"]
