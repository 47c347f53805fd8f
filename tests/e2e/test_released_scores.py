"""A decided score in the browser: found and released by the city, read by anybody without a script, withdrawn and gone."""

import pytest
from django.urls import reverse

from districts.common.enums import Stage
from tests.e2e.steps.actor import Actor
from tests.e2e.steps.seats import desk
from tests.factories.districts import make_district
from tests.factories.received import received_self_check

pytestmark = [pytest.mark.area("assessments/score_releases"), pytest.mark.django_db(transaction=True)]
BASIS = "演示公开决定（虚构）"
NOTE = "自评得分，由城区填报（虚构）"


def test_a_score_from_its_release_to_its_withdrawal(local_browser, live_server, album, people):
    district = make_district(people, name="演示得分城区（虚构）", key_areas=["五个新城"], stage=Stage.DEMONSTRATION)
    for year in (2024, 2025):
        received_self_check(people, district=district, building=False, year=year)
    public = reverse("portal:public_district", args=[district.code])
    visitors = [Actor(local_browser, live_server.url, album, size=size, javascript=False) for size in ((1366, 768), (390, 844))]
    for visitor in visitors:
        visitor.open(public)
        assert "各章得分" not in visitor.text()
    with desk(local_browser, live_server, album, people) as seats:
        officer = seats["city_officer"]
        for actor, where in ((officer, "desk"), (seats.phone("city_officer"), "phone")):
            actor.open(reverse("assessments:score_release_list"), "2025年度自查", "2024年度自查", "未公开", "参考版", "演示数据")
            actor.shoot(f"list_{where}", axe=True)
        officer.follow(str(district), "公开前，公众看不到以上任何内容", "不是官方标准条文")
        officer.press("向公众公开", expected=422)
        officer.fill({"公开依据": BASIS, "说明": NOTE})
        officer.shoot("before", axe=True)
        officer.step("向公众公开", "得分已向公众公开", "已公开", BASIS)
        release = officer.page.url
        for actor, where in ((officer, "desk"), (seats.phone("city_officer"), "phone")):
            actor.open(release)
            actor.shoot(f"released_{where}", axe=True)
        seats["preparer"].open(release, "已公开", BASIS)
        for visitor, where in zip(visitors, ("desk", "phone"), strict=True):
            visitor.open(public, "各章得分", "参考版，不是官方标准条文", NOTE)
            assert BASIS not in visitor.text()
            visitor.shoot(f"public_{where}")
        visitors[0].page.locator("main a[href='/data/scores/']").click()
        visitors[0].see("得分性质", "参考版")
        visitors[0].shoot("dataset")
        officer.open(release)
        officer.fill({"撤回理由": "公开的依据有误（虚构）"})
        officer.press("撤回公开", "得分已撤回", "公开的依据有误（虚构）", "未公开")
    for visitor in visitors:
        visitor.open(public)
        assert "各章得分" not in visitor.text()
        visitor.close()
