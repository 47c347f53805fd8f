"""Notice, check, decision, announcement; then the district is 试点 on every page that says so."""

import datetime as dt
import re

from tests.e2e.steps.receipt import take_step
from tests.e2e.steps.year import NAME, Year


def open_notice(year: Year) -> None:
    """The notice stands on the public page with its days left; it cannot close early."""
    officer, case = year.at("city_officer"), year.facts["case"]
    take_step(officer, case, "open_notice", "公示")
    officer.see("公示中")
    look_at_notice(year)


def look_at_notice(year: Year) -> None:
    """Anybody finds it on the public page."""
    officer, case = year.at("city_officer"), year.facts["case"]
    visitor = year.visitor()
    visitor.open("/", "公示", NAME)
    visitor.shoot("public-home-with-notice", axe=True)
    officer.open(f"{case}step/close_notice/", "还不能公示结束")
    officer.shoot("notice-still-open", axe=True)


def close_notice(year: Year) -> None:
    """Seven working days later it closes."""
    officer, case = year.at("city_officer"), year.facts["case"]
    officer.open(case)
    last = re.search(r"\d{4}年\d+月\d+日至(\d{4})年(\d+)月(\d+)日", officer.text())
    assert last, officer.text()
    year.move(dt.date(*map(int, last.groups())) + dt.timedelta(days=1), 9)
    take_step(officer, case, "close_notice", "公示结束，提交审核")


def decide(year: Year) -> None:
    """The checker agrees, the director decides with number and date."""
    checker, director, case = year.at("city_checker"), year.at("city_director"), year.facts["case"]
    take_step(checker, case, "agree", "同意，报审定", {"意见": "材料齐全，程序完整"})
    director.open("/desk/", NAME)
    director.shoot("desk-of-the-director", axe=True)
    director.open(case, "材料齐全，程序完整")
    director.shoot("case-before-decision", axe=True)
    take_step(director, case, "decide", "审定同意授予试点称号", {"决定文号": "演示建〔2025〕21号"})
    director.see("已审定")


def announce(year: Year) -> None:
    """The director approves the list of the batch, the officer announces it: only now the title is granted."""
    officer = year.at("city_officer")
    officer.open(year.facts["district"], "培育")
    officer.open("/cases/announcements/", NAME)
    officer.press("列入新批次")
    batch = officer.page.url.removeprefix(year.portal.url)
    director = year.at("city_director")
    director.open(batch, NAME)
    director.shoot("announcement-for-approval", axe=True)
    director.step("审定")
    officer.open(batch)
    officer.fill({"文号": "演示公告〔2025〕1号", "公告日期": year.today.isoformat()})
    officer.shoot("announcement", axe=True)
    officer.step("公告", "已公告，称号已授予", NAME)
    officer.shoot("announced")


def look_at_title(year: Year) -> None:
    """District page and public register say what was granted, with documents and the whole timeline."""
    preparer = year.at("preparer")
    preparer.open(year.facts["district"], "试点", "CH-2025-0001")
    preparer.shoot("district-pilot", axe=True)
    preparer.follow("称号与办件", "2025年第一批", year.facts["number"], exact=True)
    preparer.shoot("district-titles", axe=True)
    preparer.follow("档案", "绿色生态指标体系", "碳排放分析报告", "范围一致佐证", "试点基线", "试点申报 签发并提交")
    preparer.shoot("district-files", axe=True)
    preparer.open(year.facts["case"], "提交审核", "签发并提交", "报送", "受理", "提请专家技术审查", "审定同意授予试点称号", "公告")
    preparer.shoot("case-announced", axe=True)
    visitor = year.visitor()
    visitor.open("/register/?kind=demo", NAME, "三星级", "2025年第一批")
    visitor.shoot("public-register", axe=True)
    visitor.follow(NAME, "CH-2025-0001")
    visitor.shoot("public-district", axe=True)
    visitor.open("/verify/")
    visitor.page.locator("main input[type='text'], main input[type='search']").first.fill("CH-2025-0001")
    visitor.page.locator("main form button[type='submit']").first.click()
    visitor.see(NAME)
    visitor.shoot("verify", axe=True)
