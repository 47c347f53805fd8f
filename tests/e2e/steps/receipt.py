"""From the district's authority to the receipt: 批复 and 报送函, one correction notice with everything at once, 受理, formal review."""

import datetime as dt

from tests.e2e.steps.actor import Actor
from tests.e2e.steps.year import NAME, Year

FINDINGS = (("试点申报表", "", "申请表未加盖公章"), ("", "6.2.7", "缺少服务设施分布图"), ("近期重点项目实施计划", "", "未写明资金来源"))


def take_step(actor: Actor, case: str, action: str, label: str, values: dict | None = None) -> None:
    """Open the step's own page, fill it, press its button."""
    actor.open(f"{case}step/{action}/")
    actor.fill(values or {})
    actor.step(label, f"已办理：{label}")


def endorse(year: Year) -> None:
    """The authority cannot send up before both documents are recorded; then it does."""
    authority, case = year.at("authority"), year.facts["case"]
    authority.open("/desk/", NAME)
    authority.shoot("desk-of-the-authority", axe=True)
    authority.open(f"{case}step/send_up/", "还不能报送")
    authority.shoot("send-up-blocked", axe=True)
    authority.open(f"{case}endorse/")
    day = year.today.isoformat()
    authority.fill(
        {
            "批复文号": "演示府批〔2025〕11号", "批复日期": day, "批复扫描件": year.pdf("政府批复"),
            "报送函文号": "演示建报〔2025〕11号", "报送函日期": day, "报送函扫描件": year.pdf("报送函"),
        }
    )  # fmt: skip
    authority.press("登记", "已登记")
    take_step(authority, case, "send_up", "报送")
    authority.see("待受理", "演示府批〔2025〕11号")


def correct_once(year: Year) -> None:
    """The officer tells everything that is missing in one notice."""
    officer, case = year.at("city_officer"), year.facts["case"]
    officer.open("/desk/", NAME)
    officer.shoot("desk-of-the-city", axe=True)
    officer.open(f"{case}correct/")
    for number, (slot, item, text) in enumerate(FINDINGS, 1):
        if slot:
            officer.fill({f"第{number}条材料项": slot})
        officer.fill({f"第{number}条条文号": item, f"第{number}条问题": text})
    officer.shoot("correction", axe=True)
    officer.press("发出补正告知", "待补正", *(text for _, _, text in FINDINGS))


def answer(year: Year) -> None:
    """The applicant answers each finding, the reviewer sends all answers at once."""
    preparer, case = year.at("preparer"), year.facts["case"]
    preparer.open(f"{case}answer/")
    for number in range(1, len(FINDINGS) + 1):
        preparer.fill({f"第{number}条答复": f"已补充，见第{number}项材料"})
    preparer.press("保存答复")
    preparer.shoot("answers", axe=True)
    reviewer = year.at("reviewer")
    reviewer.open(f"{case}step/answer/")
    reviewer.press("提交补正", "提交回执", "第2次")


def accept(year: Year) -> None:
    """受理 with its notice; the time the applicant needed does not count."""
    officer, case = year.at("city_officer"), year.facts["case"]
    year.move(year.today + dt.timedelta(days=2))
    take_step(officer, case, "accept", "受理")
    officer.see("已受理")
    officer.follow("受理通知书", "受理通知书", year.facts["number"], NAME, exact=True)
    officer.shoot("acceptance", axe=True)


def review_form(year: Year) -> None:
    """Six points of the formal review, then the experts are asked for."""
    officer, case = year.at("city_officer"), year.facts["case"]
    officer.open(f"{case}form-review/")
    for select in officer.page.locator("main select").all():
        select.select_option("yes")
    officer.press("保存")
    take_step(officer, case, "open_review", "提请专家技术审查")
    officer.shoot("case-under-review", axe=True)
    officer.follow("打开评审")
    year.facts["review"] = officer.page.url.removeprefix(year.portal.url)
