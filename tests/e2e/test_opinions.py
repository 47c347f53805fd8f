"""An opinion in the browser from filing to its published reply; an objection to a notice is in ``test_application_ways``."""

import pytest
from django.urls import reverse

from outreach.opinions.models import PublicOpinion
from tests.e2e.steps.seats import desk
from tests.e2e.test_contested import CODE

pytestmark = [pytest.mark.area("outreach/opinions", "approvals/publicity"), pytest.mark.django_db(transaction=True)]
SAID = {"意见": "公园的绿化养护不及时（虚构）", "姓名或单位": "演示居民", "联系方式": "13800001234"}
PHONE = (390, 844)


def look(visitor, code, *words):
    visitor.open(reverse("outreach:opinion_receipt"))
    visitor.fill({"查询码": code})
    visitor.press("查看", *words)


def test_an_opinion_from_filing_to_its_published_reply(local_browser, live_server, album, people):
    with desk(local_browser, live_server, album, people) as seats:
        visitor = seats.visitor(size=PHONE)
        visitor.open(reverse("outreach:opinion_on_programme"))
        visitor.fill(SAID | {"同意公开意见摘要和答复摘要": True})
        visitor.press("提交意见", "意见已收到", "绿色生态城区工作", "前答复")
        visitor.shoot("filed-phone")
        code, officer = CODE.search(visitor.page.content())[0], seats["city_officer"]
        officer.open("/desk/", "公众意见")
        officer.open(reverse("outreach:opinion", args=[PublicOpinion.objects.get().pk]), "138****1234")
        officer.shoot("opinion", axe=True)
        officer.fill({"答复": "已安排养护（虚构）"})
        officer.press("答复")
        officer.fill({"意见摘要": "绿化养护（虚构）", "答复摘要": "已安排（虚构）"})
        officer.press("公开摘要", "摘要已公开", "更新摘要")
        officer.shoot("opinion-published", axe=True)
        look(visitor, code, "已答复", "已安排养护（虚构）", "公开")
        visitor.open(reverse("outreach:opinions"), "绿化养护（虚构）", "已安排（虚构）")
        assert SAID["意见"] not in visitor.text()
        visitor.shoot("published-phone")
