"""The next January: the self-check opens, is filled, reported, signed, countersigned, received and frozen."""

import datetime as dt
import re
from decimal import Decimal

from tests.e2e.steps import score
from tests.e2e.steps.year import NAME, Year

REPORT = {
    "一、年度工作概况": "本年度完成绿色生态专业规划年度任务，召开协调会6次，投入专项资金1200万元。",
    "二、指标及方案落实情况": "年径流总量控制率和绿色建筑比例达到年度目标，可再生能源替代率低于目标0.7个百分点。",
    "三、强制性内容执行情况": "控制项逐条自查，专业规划成果、碳排放控制目标和选址合规均满足。",
    "四、管理机制建立情况": "建立由区专门机构牵头的联席会议制度，按季度通报进展。",
    "五、存在问题与下一年计划": "两处屋顶光伏延期并网，下一年度完成并网和第三方监测。",
}


def opens(year: Year) -> None:
    """In the new year beat has the self-check opened, and the preparer is told."""
    year.move(dt.date(2026, 1, 5))
    year.portal.end("beat")
    year.portal.start_beat()
    preparer = year.at("preparer")
    preparer.wait_for("/assessments/self-checks/", "填报中")  # before beat has opened it, it is owed: 未开始
    preparer.see(NAME, "2025")
    preparer.shoot("self-checks", axe=True)
    preparer.open("/desk/", "2025年度")
    preparer.shoot("desk-with-self-check", axe=True)
    preparer.open("/assessments/self-checks/")
    with preparer.page.expect_navigation():
        preparer.page.locator("main tr", has_text=NAME).filter(has_text="2025").get_by_role("link").first.click()
    preparer.see("截止2026年3月31日")
    year.facts["check"] = preparer.page.url.removeprefix(year.portal.url)
    preparer.shoot("self-check", axe=True)


def fill_table(year: Year) -> None:
    """What projects say is confirmed; one chapter cell by cell: chapter score and total follow at once; the others with 暂存."""
    preparer = year.at("preparer")
    preparer.open(year.facts["check"])
    preparer.follow("自评分表", exact=True)
    year.facts["check_table"] = preparer.page.url.removeprefix(year.portal.url)
    preparer.see("建设期", year.facts["planned_total"])
    brought = score.confirm_brought(preparer, year.facts["check_table"])
    assert "4.2.19" in brought, brought  # the milestones of key projects
    values = {item: value for item, value in year.values["operation"].items() if item not in brought}
    preparer.open(year.facts["check_table"])
    addresses = score.chapters(preparer.page)
    before = score.total(preparer)
    score.fill_chapter(preparer, addresses[0], values)
    live = score.chapter_score(preparer, 0)
    assert live > 0
    assert score.total(preparer) > before
    preparer.page.reload()
    assert score.chapter_score(preparer, 0) == live
    for address in addresses[1:]:
        score.fill_at_once(preparer, address, values)
    preparer.open(year.facts["check_table"])
    preparer.press("条填为实施中", "的建设情况已填为实施中", exact=False)
    done, of = map(int, re.findall(r"\d+", score.progress(preparer)))
    assert done == of
    year.facts["total"] = str(score.total(preparer))
    assert Decimal(year.facts["total"]) > 0
    assert preparer.page.locator(".gd-work .gd-pane[role=region]").evaluate("pane => pane.scrollWidth <= pane.clientWidth")
    preparer.shoot("self-check-table", axe=True)


def add_evidence(year: Year) -> None:
    """A file under a clause is counted in its row; a file that is not what its name says is refused."""
    preparer = year.at("preparer")
    preparer.open(year.facts["check_table"])
    link = preparer.page.locator("tr[data-item] a[aria-label*='佐证材料']").first
    with preparer.page.expect_navigation():
        link.click()
    wrong = year.files / "照片.pdf"
    wrong.write_bytes(b"MZ\x90\x00 not a document")
    preparer.fill({"文件": wrong, "材料名称": "照片"})
    preparer.press("上传并加入", expected=422)
    preparer.shoot("evidence-refused", axe=True)
    preparer.fill({"文件": year.pdf("年度监测数据"), "材料名称": "年度监测数据"})
    preparer.press("上传并加入", "的佐证材料已加入", "年度监测数据")
    preparer.shoot("evidence", axe=True)


def write_report(year: Year) -> None:
    """The five sections of the narrative report save themselves."""
    preparer = year.at("preparer")
    preparer.open(f"{year.facts['check']}report/")
    for head, text in REPORT.items():
        area = preparer.page.get_by_role("textbox", name=head)
        with preparer.page.expect_response(lambda answer: answer.request.method == "POST" and "/report/" in answer.url) as waiting:
            area.fill(text)
            area.blur()
        assert waiting.value.ok
    preparer.page.reload()
    assert preparer.page.locator("textarea[name='plan']").input_value() == REPORT["五、存在问题与下一年计划"]
    preparer.shoot("narrative-report", axe=True)


def hand_up_and_sign(year: Year) -> None:
    """Handed up by the preparer, signed by the reviewer, with a receipt that carries the number."""
    preparer, reviewer, check = year.at("preparer"), year.at("reviewer"), year.facts["check"]
    preparer.open(f"{check}check/", "自评分表和自评报告已填齐")
    preparer.shoot("self-check-before-hand-up", axe=True)
    preparer.press("提交审核")
    reviewer.open(check)
    reviewer.step("签发并提交", "演示新城开发公司（虚构）")
    number = re.search(r"ZC-\d{4}-\d{4}", reviewer.text())
    assert number, reviewer.text()
    year.facts["check_number"] = number.group()
    reviewer.shoot("self-check-receipt", axe=True)


def countersign_and_receive(year: Year) -> None:
    """The authority countersigns, the city receives: the version that counts is frozen with its digest."""
    authority, officer, check = year.at("authority"), year.at("city_officer"), year.facts["check"]
    authority.open(check)
    authority.press("会签", "会签")
    officer.open(check, year.facts["total"])
    officer.press("接收", "已接收")
    officer.shoot("self-check-received", axe=True)
    preparer = year.at("preparer")
    preparer.open(year.facts["check_table"])
    assert preparer.page.locator("#chapter-form").count() == 0
    assert str(score.total(preparer)) == year.facts["total"]
