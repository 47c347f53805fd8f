"""A yearly figure is public from release to withdrawal, and no other part of the inventory is."""

import json

import pytest
from django.urls import reverse

from carbon.inventories import services as inventories
from carbon.releases import services
from carbon.releases.models import CarbonRelease
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed
from portal.open_data.datasets import CARBON
from tests.carbon.inventories.world import make_inventory, to_filed
from tests.carbon.verification.world import corrected, make_mandated, signed
from tests.factories.once import copy_of, item_of, once
from tests.factories.received import at
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("february")]
BASIS = "演示公开决定（虚构）"
SECRET = ("用电", "燃气", "核算说明（虚构）", "平稳（虚构）", "电表", BASIS)  # rows, sources, notes and who decided are not published

mandated = once(make_mandated)
world = copy_of("mandated")
people, found = item_of("world", 0), item_of("world", 1)


@pytest.fixture
def inventory(found):
    return found.district.carbon_inventories.get()


def records(client):
    client.logout()
    answer = client.get(reverse("portal:open_data_file", args=["carbon-figures", "json"]))
    return json.loads(answer.content)["records"]


def public_page(client, district):
    client.logout()
    return client.get(reverse("portal:public_district", args=[district.code])).content.decode()


def released(inventory, people):
    return services.release(inventory=inventory, basis=BASIS, by=people.authority)


def test_the_public_reads_these_fields_and_no_others_once_released(client, people, inventory):
    assert (records(client), "总量 tCO₂e" in public_page(client, inventory.district)) == ([], False)
    released(inventory, people)
    [record] = records(client)
    district = inventory.district
    assert record == {
        "district": district.code, "name": district.name, "year": 2025, "total": "5756.19", "per_m2_kg": "47.968", "boundary": "未选",
        "factors": "电力（上海市温室气体排放核算指南）（2022年起）；天然气燃烧（2006年起）；自填因子3项",
        "verified": False, "conclusion": "", "released_on": "2026-02-02", "is_demo": True,
    }  # fmt: skip
    page = public_page(client, district)
    assert all(words in page for words in ("总量 tCO₂e", "2025年度", "5,756.19", "47.968", "未核查"))
    assert not [words for words in SECRET if words in page]


def test_a_signed_verification_is_said(client, people, found, inventory):
    signed(found, people)
    released(inventory, people)
    assert [(one["verified"], one["conclusion"]) for one in records(client)] == [(True, "无保留意见")]
    assert "已核查，无保留意见" in public_page(client, inventory.district)


def test_a_later_edition_changes_nothing_until_it_is_released(client, people, inventory):
    released(inventory, people)
    second = corrected(inventory, people)
    assert [one["total"] for one in records(client)] == ["5756.19"]
    refuses("已经公开", released, second, people)
    services.withdraw(district=inventory.district, year=2025, reason="改为新版（虚构）", by=people.authority)
    refuses("最新一版", released, inventory, people)
    released(second, people)
    assert [one["total"] for one in records(client)] == ["5040.00"]


def test_a_withdrawn_figure_is_gone_and_its_record_stays(client, people, inventory):
    client.force_login(people.authority)
    address = reverse("carbon:inventory_release", args=[inventory.pk])
    asked = client.post(address, {"basis": BASIS})  # the first press tells what the public will read, and changes nothing
    assert (asked.status_code, "以后只能撤回" in asked.content.decode(), CarbonRelease.objects.count()) == (200, True, 0)
    again = {"confirmed": "yes"}
    assert [client.post(address, {"basis": basis, **again}).status_code for basis in (" ", BASIS, BASIS)] == [422, 302, 409]
    withdraw = reverse("carbon:inventory_release_withdraw", args=[inventory.pk])
    reasons = ("", "数据有误（虚构）", "再撤一次（虚构）")
    assert [client.post(withdraw, {"withdrawal": reason}).status_code for reason in reasons] == [422, 302, 409]
    kept = CarbonRelease.objects.get()
    assert (kept.released_by, kept.withdrawn_by, kept.withdrawal) == (people.authority, people.authority, "数据有误（虚构）")
    told = AuditRecord.objects.filter(action__contains="release").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["carbon.release", "carbon.withdraw_release"]
    assert records(client) == []
    assert "总量 tCO₂e" not in public_page(client, inventory.district)


def test_what_is_not_finished_is_not_released(people, inventory):
    for seat in set(people.everybody) - {"authority"}:
        told = {"by": people.everybody[seat], "reason": "试（虚构）"}
        refuses(NotAllowed, services.release, inventory=inventory, basis=BASIS, by=told["by"])
        refuses(NotAllowed, services.withdraw, district=inventory.district, year=inventory.year, **told)
    inventories.correct(inventory=inventory, reason="试（虚构）", by=people.preparer)
    refuses("尚未签发", released, inventory, people)
    this_year = to_filed(make_inventory(people, year=2026, name="演示本年城区（虚构）"), people, at(2027, 1, 1))
    refuses("尚未结束", released, this_year, people)
    refuses("没有公开", services.withdraw, district=inventory.district, year=2025, reason="试（虚构）", by=people.authority)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same(people, kept_queries, count):
    for number in range(count):
        released(to_filed(make_inventory(people, year=2025, name=f"演示公开{number}（虚构）"), people), people)
    with kept_queries():
        assert len(list(CARBON.rows({}))) == count
