"""What the city watches: plans, designated bodies, key areas, targets; doubt is nobody's fault."""

import datetime as dt

import pytest
from django.urls import reverse

from districts.common.enums import Certainty, Stage
from districts.file.models.district import District
from districts.file.rules import may_watch
from districts.file.services import designate
from districts.overview.selectors.authority_progress import watched
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.errors import NotAllowed
from tests.factories.accounts import make_organisation, make_user
from tests.factories.districts import DistrictFactory, SpecialPlanFactory, make_district
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
TODAY = dt.date(2026, 11, 20)


def row(today=TODAY):
    (found,) = watched(today, demo=True).rows
    return found


def titled(people, **kw):
    values = {"stage": Stage.PILOT, "star": 2, "titled_on": dt.date(2024, 6, 1)}
    return make_district(people, **{**values, **kw})


def test_a_plan_is_told_by_its_state_its_date_and_the_portals_own_age(people):
    assert [cell.words for cell in row().plans] == ["无记录", "未上报，12月31日截止（默认值）"]
    ImplementationPlan.objects.create(authority=people.authority_body, year=2027, is_demo=True)
    assert row().plans[1].words == "未上报，12月31日截止（默认值）"
    ImplementationPlan.objects.update(status="filed", filed_on=TODAY)
    assert (row().plans[1].words, row().plans[1].plan is not None) == ("已上报，待接收", True)
    designate(authority=people.authority_body, name="演示建管委", since=TODAY, by=people.city_officer)  # the first day in use
    ImplementationPlan.objects.all().delete()
    assert row(dt.date(2027, 1, 5)).plans[0].words == "未上报，已过期限（默认值）"


def test_no_plan_is_missed_by_an_authority_that_does_not_work_here(people):
    designate(authority=people.authority_body, name="演示建管委", since=TODAY, by=people.city_officer)  # the first day in use
    body = make_organisation("authority", "演示未入驻区人民政府（虚构）")
    late = dt.date(2027, 1, 5)

    def told(day):
        return next(row for row in watched(day, demo=True).rows if row.authority == body).plans

    assert [cell.words for cell in told(late)] == ["无记录", "无记录"]
    bureau = make_organisation("authority", "演示未入驻区建管委（虚构）", parent=body)
    make_user(Role.AUTHORITY, bureau, username="joined", name="演示经办", post_kw={"valid_from": dt.date(2027, 1, 4)})
    assert [cell.words for cell in told(late)] == ["无记录", "未上报，12月31日截止（默认值）"]
    assert told(dt.date(2028, 1, 5))[0].words == "未上报，已过期限（默认值）"


@pytest.mark.parametrize(("kw", "words"), [
    (None, "资料不足"), ({}, "2024年6月1日公告带星级的称号"), ({"titled_on": dt.date(2025, 12, 31)}, "2025年12月31日公告带星级的称号"),
    ({"titled_on": dt.date(2023, 9, 30)}, "有带星级的称号，是否属第二轮未查明"),
    ({"titled_on": dt.date(2026, 1, 1)}, "期限后公告"), ({"star": None}, "资料不足"), ({"titled_on": None}, "资料不足"),
    ({"stage": Stage.CANDIDATE, "star": None, "titled_on": None}, "没有带星级的试点或示范"),
    ({"stage": Stage.CANDIDATE, "star": None, "titled_on": None, "status_certainty": Certainty.UNKNOWN}, "资料不足"),
])  # fmt: skip
def test_the_star_target_of_2025(people, kw, words):
    if kw is not None:
        titled(people, **kw)
    assert row().star.words == words


@pytest.mark.parametrize(("announced", "words"), [
    (dt.date(2024, 6, 11), "2024年6月11日公告带星级的称号（所在区推定）"),
    (dt.date(2023, 9, 30), "有带星级的称号（所在区推定），是否属第二轮未查明"),
])  # fmt: skip
def test_a_title_counts_for_an_authority_by_inference_where_its_district_lies_there_by_inference(people, announced, words):
    titled(people, titled_on=announced, fact_certainty="所在区为推定")
    assert row().star.words == words


def test_districts_outside_every_plan_and_key_areas_without_a_plan(people):
    out = make_district(people, name="演示未列城区（虚构）", key_areas=["嘉定新城"])
    listed = make_district(people, name="演示已列城区（虚构）", key_areas=["嘉定新城"])
    recorded = make_district(name="演示补录城区（虚构）", key_areas=["嘉定新城"])
    plan = ImplementationPlan.objects.create(authority=people.authority_body, year=2027, is_demo=True)
    plan.districts.add(listed)
    SpecialPlanFactory(district=listed, approved_on=dt.date(2026, 1, 1))
    found = watched(TODAY, demo=True)
    assert set(found.unplanned) == {out, listed}
    ImplementationPlan.objects.update(status="filed", filed_on=TODAY)
    found = watched(TODAY, demo=True)
    assert set(found.unplanned) == {out}
    assert set(found.keyless) == {out}
    assert recorded not in found.keyless
    assert found.keys.unknown >= 1
    assert watched(dt.date(2024, 12, 31), demo=True).keyless == []
    assert watched(TODAY, demo=False).unplanned == []


def test_demonstrations_are_counted_and_pilots_without_a_baseline_are_not_judged(people):
    titled(people, stage=Stage.DEMONSTRATION)
    titled(people, stage=Stage.DEMONSTRATION, area_km2=None, developable_km2=None)
    titled(people)
    found = watched(TODAY, demo=True)
    assert (found.demonstrations, found.held_areas, found.areas_unknown) == (2, District.objects.exclude(area_km2=None).first().area_km2, 1)
    assert (found.ready, found.unknown) == ([], 1)


def test_a_body_is_designated_by_the_authority_or_the_officer_and_follows_the_last(client, people):
    for seat, user in people.everybody.items():
        if seat not in {"authority", "city_officer"}:
            refuses(NotAllowed, designate, authority=people.authority_body, name="演示建管委", since=TODAY, by=user)
    assert row().body.words == "资料不足"
    address = reverse("districts:designated_body", args=[people.authority_body.pk])
    client.force_login(people.city_checker)  # who reads the page, and gets no form
    assert (client.get(address).status_code, client.post(address, {"name": ""}).status_code) == (200, 403)
    client.force_login(people.authority)
    assert client.post(address, {"name": "演示建管委", "since": "2020-01-01", "document": "演示〔2020〕1号"}).status_code == 302
    named = {"authority": people.authority_body, "name": "演示住建局"}
    for since, words in ((dt.date(2019, 1, 1), "应晚于现任"), (dt.date(2027, 1, 1), "不能晚于今天")):
        refuses(words, designate, **named, since=since, by=people.authority)
    designate(**named, since=dt.date(2025, 1, 1), by=people.city_officer)
    assert row().body.words == "演示住建局"
    assert "2020年1月1日起，至2024年12月31日" in client.get(address).content.decode()


def test_the_page_is_the_citys_and_its_secretariats(people):
    watching = {seat for seat, user in people.everybody.items() if may_watch(posts_of(user))}
    assert watching == {"city_officer", "city_checker", "city_director", "city_legal", "secretariat"}


def test_who_watches_reads_the_extents_of_the_key_areas_and_the_officer_enters_them(client, people):
    address = reverse("districts:key_area_list")
    for user, enters in ((people.secretariat, False), (people.city_checker, False), (people.city_officer, True)):
        client.force_login(user)
        assert address in client.get(reverse("districts:plan_watch")).content.decode()
        assert ("上传并检查" in client.get(address).content.decode()) is enters


def test_silence_about_real_districts_is_not_told_as_none(client, people):
    DistrictFactory(name="某真实城区", is_demo=False, key_areas=["嘉定新城"])
    DistrictFactory(name="另一真实城区", is_demo=False)
    found = watched(TODAY, demo=False)
    assert (found.unplanned, found.keyless, found.plans.nothing, found.keys.nothing) == ([], [], True, True)
    client.force_login(people.city_officer)
    page = client.get(reverse("districts:plan_watch")).content.decode()
    said = ("2个城区是否列入，未查明", "没有专业规划，未查明", "都已列入", '<span class="gd-n">0个')
    assert [words in page for words in said] == [True, True, False, False]
