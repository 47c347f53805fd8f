"""A visitor follows every link from the home page: each page opens without login and scripts, and shows published facts only."""

import datetime as dt
import re
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.urls import reverse
from lxml import etree
from lxml.html import document_fromstring

from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import Objection
from districts.boundaries.models import Boundary
from districts.common.enums import BoundaryKind, Stage
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core import clock
from outreach.exchange.services import sign_ups
from outreach.opinions.services import OpinionWords, answer_opinion, file_opinion, publish_opinion
from portal.open_data.datasets import DATASETS
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.districts import KeyProjectFactory, PlotFactory, make_district, square
from tests.outreach.exchange.world import published

pytestmark = pytest.mark.django_db
MOST_PAGES, LEAST_WORDS = 400, 40
WITH_FORMS = ("/accounts/", "/opinions/", "/disclosures/new/", "/disclosures/receipt/", "/exchange/receipt/")  # whose forms carry a token
# Fields of the open data: one more is a decision, and stands here.
PUBLIC_FIELDS = {
    "beautiful-progress": (
        "release year quarter plan area number title owner target due_on reported value parts light released_on mark is_demo"
    ),
    "titles": (
        "district name areas areas_certainty title title_inferred state star star_certainty type type_certainty "
        "km2 km2_inferred km2_certainty announced_on date_inferred date_certainty number batch is_demo"
    ),
    "title-holders": "id district name side body since until ground paper decision is_demo",
    "title-history": (
        "id district name title title_inferred star star_certainty number granted_on date_certainty announcement state ended_on "
        "end_announcement is_demo"
    ),
    "announcements": "id batch number title announced_on districts changes withdrawn_on is_demo",
    "published-counts": "year count km2 about covers gap source",
    "boundaries": "district name map_number stated_km2 is_demo",
    "scores": "id district name year procedure nature stage total chapters edition edition_title reference note released_on is_demo",
    "carbon-figures": "district name year total per_m2_kg boundary factors verified conclusion released_on is_demo",
}


def links_and_words(text):
    """Links, and the words of ``<main>`` that stand there without a script."""
    page = document_fromstring(text)
    links = [link.get("href") for link in page.iter("a") if link.get("href")]
    etree.strip_elements(page, "script", "style", "noscript", "template", with_tail=False)
    return links, "".join(main.text_content() for main in page.iter("main"))


@pytest.fixture
def secrets():
    """Public matters of every kind, and words in whatever of them is nobody's to read."""
    people = cast()
    filing = Filing(people).to_notice()
    notice = filing.case.notices.get()
    file_opinion(words=OpinionWords("秘句异议正文", name="秘句异议人", contact="秘句电话"), address="192.0.2.1", notice=notice)
    filed = OpinionWords("秘句意见", name="秘句姓名", contact="秘句邮箱", may_publish=True)
    opinion = file_opinion(words=filed, address="192.0.2.2").opinion
    answer_opinion(opinion=opinion, by=people.city_officer, reply="秘句答复")
    publish_opinion(opinion=opinion, by=people.city_officer, summary="公开摘要", answer_summary="公开答复")
    Filing(people, name="演示已公告城（虚构）").to_announced()
    district = District.objects.get(name="演示已公告城（虚构）")
    make_district(name="秘句培育城（虚构）")
    PlotFactory(district=district, number="秘句地块", owner="秘句建设单位")
    KeyProjectFactory(district=district, name="秘句项目", funding="秘句资金")
    Boundary.objects.create(
        district=district, kind=BoundaryKind.PLAN, geometry=square(121.4, 31.2), area_km2="1.0", points=5, file_name="秘句文件",
        format="GeoJSON", system="WGS84", sha256="0" * 64, reason="秘句理由", map_number="", entered_at=clock.now(),
    )  # fmt: skip
    make_district(name="演示试点城（虚构）", stage=Stage.PILOT, titled_on=dt.date(2025, 6, 1))
    for circle, capacity in (("public", 1), ("seats", 1), ("seats", 9)):
        event = published(people, circle=circle, capacity=capacity)
        if capacity == 1:
            sign_ups.sign_up(event=event, by=people.preparer)
    for number, user in enumerate(User.objects.order_by("pk")):
        User.objects.filter(pk=user.pk).update(name=f"秘句人员{number}", email=f"mishi{number}@secret.invalid")
    Objection.objects.update(reply="秘句异议答复")
    assert Case.objects.exists()
    return ("秘句", "secret.invalid", "121.4")


def pages_of(client):
    """Every page of this site that links lead to, from the home page and the site map on; those that were refused with where they stand."""
    places = re.findall(r"<loc>http://testserver([^<]+)</loc>", client.get(reverse("portal:sitemap")).content.decode())
    waiting, seen, found, refused = [("/", "首页"), *((place, "site map") for place in places)], set(), {}, []
    while waiting:
        address, page = waiting.pop()
        parts = urlsplit(urljoin("http://testserver/", address))
        path = urldefrag(f"{parts.path}{f'?{parts.query}' if parts.query else ''}")[0]
        if parts.netloc != "testserver" or path.startswith(("/static/", "mailto:")) or path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        if answer.status_code != 200:
            refused.append((path, page, answer.status_code))
            continue
        found[path] = answer
        if "text/html" in answer.headers["Content-Type"] and not path.startswith("/accounts/"):
            links, words = links_and_words(answer.content.decode())
            assert len(words.strip()) > LEAST_WORDS, f"{path} says nothing without a script"
            waiting += [(urljoin(f"http://testserver{path}", link), path) for link in links]
        assert len(found) < MOST_PAGES
    return found, refused


@pytest.mark.area("portal", "outreach", "approvals", "districts", "beautiful")
def test_no_link_of_the_public_site_leads_behind_the_login_and_nothing_that_is_not_public_is_said(client, secrets):
    found, refused = pages_of(client)
    assert refused == []
    assert len(found) > 60
    assert len([path for path in found if re.fullmatch(r"/exchange/\d+/", path)]) == 3
    kinds = ("register", "publicity", "data", "counts", "samples", "verify", "public-policy", "public-standards", "outages")
    assert {f"/{kind}/" for kind in kinds} <= {path.partition("?")[0] for path in found}
    assert [path for path, answer in found.items() if answer.cookies and not path.startswith(WITH_FORMS) and "/sign-up/" not in path] == []
    for path, answer in found.items():
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        said = [word for word in secrets if word.encode() in text]
        assert not said, (path, said)


def test_the_fields_of_the_open_data_are_those_of_the_list():
    assert {key: " ".join(field.key for field in one.fields) for key, one in DATASETS.items()} == PUBLIC_FIELDS
