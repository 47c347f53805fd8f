"""The application from its draft to the receipt: check, files, reasons, hand-up, signature."""

import re

from tests.e2e.steps.year import NAME, Year

REASON = "年度实施计划在编，由区专门机构另行上报"
FILES = ("试点申报表", "生态诊断等前期工作成果", "近期重点项目实施计划", "地块出让或划拨证明")
# Rules that speak when a new district files, with the clause each rests on and how the district stands (hzj-2023-13.yaml).
FILE_RULES = {
    "NEW-DIAGNOSIS": ("六（二）", "已满足"), "SPECIAL-PLAN": ("七（一）", "已满足"), "INDICATOR-DIMENSIONS": ("七（一）1", "已满足"),
    "SCHEME-DIMENSIONS": ("七（一）2", "已满足"), "SCHEME-UNIT-PLAN": ("七（一）2", "已满足"), "CARBON-INTENSITY": ("七（一）3", "已满足"),
    "CARBON-STAGES": ("七（一）3", "已满足"), "SCALE-NEW": ("六（一）", "已满足"), "BOUNDARY": ("六（一）", "已满足"),
    "APPLY-IN-PLAN": ("七（一）", "提醒"), "APPLY-LAND-RATIO": ("八（一）", "已满足"), "APPLY-KEY-PROJECTS": ("八（一）", "已满足"),
    "APPLY-PLOTS": ("八（一）", "已满足"),
}  # fmt: skip


def start(year: Year) -> None:
    """The preparer opens the application; its score table stands under the edition that is locked with it."""
    preparer = year.at("preparer")
    preparer.open("/cases/start/")
    preparer.fill({"城区": NAME, "申报星级": "二星级"})
    preparer.shoot("case-start", axe=True)
    preparer.press("建立")
    year.facts["case"] = preparer.page.url.removeprefix(year.portal.url)
    preparer.see("已建立试点申报", "填报中", "评分表（规划设计）", "参考版")
    preparer.shoot("case-draft", axe=True)
    year.facts["table"] = preparer.page.get_by_role("link", name="评分表（规划设计）").first.get_attribute("href")


def look_at_check(year: Year) -> None:
    """The live check names every rule of the step with the clause it rests on; the missing table blocks, and the button says so."""
    preparer = year.at("preparer")
    preparer.open(f"{year.facts['case']}check/")
    preparer.page.locator("#clauses > summary").click()
    for rule, (cite, verdict) in FILE_RULES.items():
        line = preparer.page.locator(f"#rule-{rule}")
        assert line.locator(".gd-cite").inner_text() == cite, rule
        assert line.locator("svg").first.get_attribute("aria-label") == verdict, rule
    preparer.see("2.3000 / 4.0500 km²", "80%（4 / 5）", "共108处")
    assert preparer.page.get_by_role("button", name="提交审核").get_attribute("aria-disabled") == "true"
    preparer.shoot("check-blocked", axe=True)


def upload_files(year: Year) -> None:
    """The papers of the application into their slots, one of them by the consultant."""
    for number, slot in enumerate(FILES):
        actor = year.at("consultant" if number == 1 else "preparer")
        actor.open(f"{year.facts['case']}files/")
        actor.fill({"材料项": slot, "材料名称": slot, "文件": year.pdf(slot)})
        actor.press("上传", slot)
    year.at("preparer").shoot("files", axe=True)


def give_reason(year: Year) -> None:
    """The star asked follows the total; a should-rule that does not hold wants its reason."""
    preparer = year.at("preparer")
    preparer.open(f"{year.facts['case']}check/")
    preparer.fill({"申报星级": "三星级"})
    preparer.page.locator("[id='id_reason-APPLY-IN-PLAN']").fill(REASON)
    preparer.press("保存", "没有阻断提交的内容")
    preparer.shoot("check-ready", axe=True)


def hand_up(year: Year) -> None:
    """The preparer hands up; only another person of the same applicant can sign."""
    preparer = year.at("preparer")
    preparer.follow("提交审核", exact=True)
    preparer.press("提交审核", "待签发")
    preparer.open(year.facts["case"])
    assert preparer.page.get_by_text("签发并提交").count() == 0


def sign(year: Year) -> None:
    """The reviewer finds it on the desk, signs, and gets a receipt with the number."""
    reviewer = year.at("reviewer")
    reviewer.open("/desk/", NAME, "待签发")
    reviewer.shoot("desk-of-the-reviewer", axe=True)
    reviewer.open(f"{year.facts['case']}step/sign/", "取得编号")
    reviewer.press("签发并提交", "提交回执", "演示新城开发公司（虚构）", "李演示", "回执校验值")
    number = re.search(rf"SQ-{year.today.year}-\d{{4}}", reviewer.text())
    assert number, reviewer.text()
    year.facts["number"] = number.group()
    reviewer.shoot("receipt", axe=True)
