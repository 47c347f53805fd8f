"""A story in the browser: written by the 区专门机构, returned and released by the city, read by anybody without a script."""

import datetime as dt

import pytest
from django.urls import reverse

from districts.common.enums import Stage
from outreach.stories.models import Story
from tests.e2e.steps.seats import desk
from tests.factories.districts import make_district
from tests.outreach.stories.world import TEXT, photo

pytestmark = [pytest.mark.area("outreach/stories"), pytest.mark.django_db(transaction=True)]


def test_a_story_from_draft_to_release(local_browser, live_server, album, people, tmp_path):
    make_district(people, name="演示案例城区（虚构）", stage=Stage.PILOT, titled_on=dt.date(2021, 5, 6))
    picture = tmp_path / "屋顶.jpg"
    picture.write_bytes(photo().read())
    with desk(local_browser, live_server, album, people) as seats:
        writer, officer = seats["authority"], seats["city_officer"]
        writer.open(reverse("outreach:story_list"))
        writer.fill({"标题": TEXT["title"]})
        writer.press("建立")
        story = Story.objects.get()
        page, public = reverse("outreach:story", args=[story.pk]), reverse("outreach:story_public", args=[story.pk])
        writer.see("还不能提交发布", "“摘要”未填")
        labels = {"摘要": "summary", "主要做法": "measures", "成效": "results", "可复制可推广的条件": "conditions", "资料来源": "source"}
        writer.fill({label: TEXT[name] for label, name in labels.items()})
        writer.page.get_by_role("checkbox", name="低碳高效").check()
        writer.press("保存")
        writer.fill({"照片": picture, "照片说明": "光伏屋顶（虚构）"})
        writer.press("上传照片", "光伏屋顶（虚构）")
        writer.shoot("written", axe=True)
        writer.step("提交发布")
        officer.open(page)
        officer.step("退回修改", reason="请写明年份")
        writer.open(page, "请写明年份", "已退回")
        writer.fill({"成效": "2023年至2025年稳定运行（虚构）"})
        writer.press("保存")
        writer.step("提交发布")
        officer.open(page)
        officer.step("发布", "已发布", "AL-")
        visitor = seats.visitor()
        visitor.open(reverse("outreach:stories"))
        visitor.follow(TEXT["title"], "2023年至2025年稳定运行（虚构）", "光伏屋顶（虚构）", "演示数据")
        assert visitor.page.url.endswith(public)
        assert visitor.page.locator("img").evaluate_all("all => all.every(one => one.complete && one.naturalWidth)")
        visitor.shoot("public")
        seats.on_phone("city_officer", public)
