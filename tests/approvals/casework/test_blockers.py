"""What stands in the way of an application, once and with its link, and the way from there to the sample of a material."""

import re

import pytest
from django.urls import reverse

from approvals.applications.services import drafts
from approvals.cases.views import offers
from districts.common.enums import DistrictType
from greendistrict.core import clock
from tests.factories.accounts import cast as make_cast
from tests.factories.approvals import published_edition
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def case(people):
    district = make_district(people, type=DistrictType.NEW)
    published_edition()
    return drafts.start_application(by=people.preparer, district=district)


def page_of(client, case):
    return client.get(reverse("approvals:case", args=[case.pk]))


def listed(text):
    return text.split('id="blocked-hand_up"', 1)[1].split("</section>", 1)[0]


def test_each_reason_is_said_once_with_its_link(client, people, case):
    client.force_login(people.preparer)
    text = page_of(client, case).content.decode()
    (hand_up,) = [one for one in offers(case, people.preparer) if one.action == "hand_up"]
    reasons = {(one.text, one.href) for one in hand_up.refusals}
    assert len(reasons) > 10
    blocks = listed(text)
    assert blocks.count("前往办理") == len(reasons)
    choice = text.split('id="why-act-hand_up"', 1)[1].split("</label>", 1)[0]
    assert f"还有{len(hand_up.refusals)}处须先处理" in choice
    assert "前往办理" not in choice
    links = re.findall(r'<li>.*?(?:<a class="gd-s gd-nowrap" href="([^"#]*))', blocks)
    assert [one for one, before in zip(links[1:], links, strict=False) if one != before and one in links[: links.index(before)]] == []


def test_a_newcomer_finds_the_sample_of_a_material_from_the_blocker(client, people, case):
    client.force_login(people.preparer)
    blocks = listed(page_of(client, case).content.decode())
    line = blocks.split("缺材料：近期重点项目实施计划", 1)[1].split("</li>", 1)[0]
    assert "完成近期重点项目实施计划，八（一）" in line
    sample, upload = re.findall(r'href="([^"]+)"', line)
    answer = client.get(sample)
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert len(answer.content) > 1000
    form = client.get(upload).content.decode()
    assert re.search(r"<option [^>]*selected[^>]*>近期重点项目实施计划<", form), "the item is chosen already"


def test_discarding_alone_is_no_blue_button(client, people, case):
    client.force_login(people.preparer)
    text = page_of(client, case).content.decode()
    act = text.split('id="h-act"', 1)[1].split("</section>", 1)[0]
    assert "作废草稿" in act
    assert "btn-primary" not in act


def test_the_page_says_who_is_awaited_and_what_comes_next(client, people, case):
    client.force_login(people.preparer)
    text = page_of(client, case).content.decode()
    assert "等待<b>申报主体填报人</b>办理" in text
    assert "下一步：区政府批复" in text
    type(case).objects.filter(pk=case.pk).update(status="sent", number="SQ-2026-0099", submitted_at=clock.now())
    text = page_of(client, case).content.decode()
    assert "等待<b>市住房城乡建设管理委</b>办理" in text
