"""The preparer and the consultant fill in the district: profile, plan with its three files, plots, key projects, works."""

import datetime as dt

from districts.common.enums import DistrictType
from districts.special_plans.rules import PIECES, kinds_for
from tests.e2e.steps.setting import approve_indicators
from tests.e2e.steps.year import NAME, Year

FIVE = ["韧性安全", "健康宜居", "低碳高效", "经济活力", "智慧管控"]
PLOTS = (
    ("LG-01", "居住", "3.2", "48000", "出让"), ("LG-02", "商务办公", "2.4", "52000", "出让"), ("LG-03", "教育科研", "1.9", "21000", "划拨"),
    ("LG-04", "居住", "4.1", "60000", "出让"), ("LG-05", "公园绿地", "2.8", "0", "划拨"), ("LG-06", "文化", "1.2", "15000", ""),
)  # fmt: skip
PROJECTS = (("能源站", "能源", "12000"), ("滨水绿廊", "生态环境", "8600"), ("智慧管控平台", "智慧管控", "3200"))
WORKS = (("规划一路", "道路"), ("雨水干管", "雨水"))


def register(year: Year) -> None:
    """The preparer registers the district, which then is 培育."""
    preparer = year.at("preparer")
    preparer.open("/desk/")
    preparer.shoot("desk-of-the-preparer", axe=True)
    preparer.open("/districts/new/")
    preparer.fill({"城区名称": NAME})
    preparer.page.get_by_role("radio", name="新建城区").check()
    preparer.page.get_by_role("checkbox", name="奉贤区").check()
    preparer.fill({"实施主体": "演示甲区人民政府（虚构）"})
    preparer.shoot("register-district", axe=True)
    preparer.press("登记")
    year.facts["district"] = preparer.page.url.removeprefix(year.portal.url).split("profile/")[0]
    preparer.see(f"已登记{NAME}")
    preparer.open(year.facts["district"], NAME, "培育")
    preparer.shoot("district-registered", axe=True)


def fill_profile(year: Year) -> None:
    """Profile with boundary and proof; a wrong area is refused and what was typed stays."""
    preparer = year.at("preparer")
    preparer.open(f"{year.facts['district']}profile/")
    preparer.fill({"规划范围面积": "4.05", "待开发用地面积": "9", "规划人口": "36000", "目标星级": "二星级"})
    preparer.press("暂存", "待开发用地面积不能大于规划范围面积（4.05平方公里）", expected=422)
    assert preparer.page.get_by_label("待开发用地面积").input_value() == "9"
    preparer.shoot("profile-refused", axe=True)
    preparer.fill(
        {
            "待开发用地面积": "2.3", "范围与单元控规": "是",
            "范围一致佐证": year.pdf("控详规划范围对照图"), "控规即将编制或修编": "是",
        }
    )  # fmt: skip
    preparer.press("暂存", "基本情况已暂存", "控详规划范围对照图.pdf")
    preparer.open(f"{year.facts['district']}boundaries/")
    preparer.fill({"范围文件": year.boundary(), "坐标系": "WGS84经纬度"})
    preparer.press("上传并检查", "尚未登记", "比填写的4.0500平方公里大7.3%", "核对后再登记")
    preparer.shoot("boundary-asked", axe=True)
    for odd in preparer.page.locator("input[name=check]").all():
        odd.check()
    preparer.press("登记", "规划范围第1版已登记", "比填写的面积")
    assert preparer.page.locator("svg path.edge").count() == 1
    preparer.shoot("boundary", axe=True)
    preparer.open(f"{year.facts['district']}profile/")


def authorise_consultant(year: Year) -> None:
    """The consultant sees nothing before the mandate, and the whole file after it."""
    consultant = year.at("consultant")
    consultant.expected = 404
    answer = consultant.page.goto(f"{year.facts['district']}plan/")
    assert answer.status == 404
    preparer = year.at("preparer")
    preparer.fill({"咨询单位": "演示绿色咨询公司（虚构）", "授权起": year.today.isoformat()})
    preparer.press("授权", "已授权演示绿色咨询公司（虚构）")
    preparer.shoot("profile", axe=True)
    consultant.open(f"{year.facts['district']}plan/")


def write_plan(year: Year) -> None:
    """The consultant writes the plan and uploads its three parts."""
    consultant = year.at("consultant")
    _write_sections(consultant, year.facts["district"])
    consultant.fill(
        {
            "绿色生态指标体系": year.pdf("绿色生态指标体系"), "绿色生态规划方案": year.pdf("绿色生态规划方案"),
            "碳排放分析报告": year.pdf("碳排放分析报告"), "核心理念与要求融入控制性详细规划": "是", "碳排放强度控制目标": "31.5",
            "第1阶段年份": "2028", "第1阶段碳排放强度": "28.5", "第2阶段年份": "2032", "第2阶段碳排放强度": "24",
        }
    )  # fmt: skip
    consultant.press("暂存", "专业规划已暂存", "绿色生态指标体系.pdf", "绿色生态规划方案.pdf", "碳排放分析报告.pdf")
    consultant.shoot("plan", axe=True)


def _write_sections(consultant, district: str) -> None:
    """Every section that a new district writes, piece by piece."""
    for kind in kinds_for(DistrictType.NEW):
        consultant.open(f"{district}plan/")
        consultant.follow(kind.label, exact=True)
        consultant.fill({piece.label: f"{piece.label}（虚构）" for piece in PIECES[kind]})
        consultant.press("保存，返回专业规划", f"“{kind.label}”已暂存")


def write_indicators(year: Year) -> None:
    """The preparer begins the indicator system: an indicator of the own for each dimension, the targets of carbon.

    The other hundred targets and the three signatures are taken through the services that the pages call.
    """
    preparer, address = year.at("preparer"), f"{year.facts['district']}indicators/"
    preparer.open(address)
    preparer.press("建立指标体系")
    preparer.fill({"近期目标年": "2028", "中期目标年": "2032", "远期目标年": "2040"})
    preparer.press("保存目标年")
    for dimension in FIVE:
        preparer.open(address)
        preparer.follow("添加自定指标")
        own = {"指标名称": f"{dimension}自定指标", "方面": dimension, "达标要求": "不小于（≥）", "单位": "%", "近期目标": "60"}
        preparer.fill(own | {"中期目标": "70", "远期目标": "80", "责任部门": "演示区建设管理委", "数据来源": "统计年报"})
        preparer.press("添加")
    preparer.open(address)
    preparer.open(preparer.page.locator("main a[aria-label='修改碳排放强度']").first.get_attribute("href"))
    preparer.fill({"近期目标": "28.5", "中期目标": "24", "远期目标": "20"})
    preparer.press("保存")
    preparer.open(address)
    assert "未覆盖" not in preparer.text()
    preparer.shoot("indicators", axe=True)
    approve_indicators(year.portal, year.facts["district"].strip("/").rpartition("/")[2])


def fill_lists(year: Year) -> None:
    """Plots, key projects and works as simple tables."""
    preparer = year.at("preparer")
    preparer.open(f"{year.facts['district']}plots/")
    acquired = (year.today - dt.timedelta(days=90)).isoformat()
    for number, use, area, floor, way in PLOTS:
        _row(preparer, {"地块编号": number, "用地性质": use, "用地面积": area, "建筑面积": floor})
        if way:
            _row(preparer, {"取得方式": way, "取得日期": acquired})
        if use == "公园绿地":
            _row(preparer, {"可建设": "否"})
        preparer.press("添加", f"地块“{number}”已保存")
    preparer.shoot("plots", axe=True)
    prove_plots(preparer, year.facts["district"], year.pdf("出让合同和征询复函"))
    preparer.open(f"{year.facts['district']}key-projects/")
    for name, kind, money in PROJECTS:
        _row(preparer, {"项目名称": name, "类别": kind, "投资": money, "计划开工": "2025-06-01", "计划竣工": "2026-12-31"})
        preparer.press("添加")
    preparer.shoot("key-projects", axe=True)
    preparer.open(f"{year.facts['district']}works/")
    for name, kind in WORKS:
        _row(preparer, {"设施名称": name, "类别": kind})
        preparer.press("添加")
    preparer.see(*(name for name, _ in WORKS))


def prove_plots(preparer, district: str, paper) -> None:
    """Plots whose days were typed count once reason and proof are recorded."""
    preparer.open(f"{district}plots/backfill/")
    for box in preparer.page.locator("input[name='plots']").all():
        box.check()
    preparer.fill({"没有逐步办理的理由": "征询以书面办理，复函见证明", "证明材料": paper})
    preparer.shoot("plots-proven", axe=True)
    preparer.press("登记", "已登记补录说明", "查无此地块")


def prove(form, paper) -> None:
    """The file of a step; where another body does it, 补录 with its reason as well."""
    form.locator("[name=upload]").set_input_files(paper)
    if form.locator("[name=backfill]").count():
        form.locator("[name=backfill]").check()
        form.locator("[name=backfill_reason]").fill("该部门尚未开通账号（演示）")


def use_projects(preparer, district: str, names, on: dt.date, paper) -> None:
    """Key projects count as in use once that is registered with its file."""
    for name in names:
        preparer.open(f"{district}key-projects/")
        preparer.follow(name, exact=True)
        preparer.page.locator("#k-use summary").first.click()
        preparer.page.locator("#k-use [name=on]").fill(on.isoformat())
        prove(preparer.page.locator("#k-use"), paper)
        preparer.press("登记投用", "投用已登记", "补录", within="#k-use")


def accept_works(preparer, district: str, names, on: dt.date, paper) -> None:
    """Works that were begun count as built once what was required of them was built and their acceptance is registered."""
    for name in names:
        preparer.open(f"{district}works/")
        preparer.follow(name, exact=True)
        preparer.page.locator("#w-form summary").click()
        preparer.fill({"指标": "透水铺装率", "单位": "%", "要求值": "50", "设计值": "55", "建成值": "55"}, within="#w-form")
        preparer.press("保存", "绿色生态要求已保存", "将登记为", within="#w-form")
        preparer.fill({"竣工验收日期": on.isoformat(), "竣工验收报告编号": f"{name}验1号"})
        prove(preparer.page.locator("form", has_text="竣工验收日期"), paper)
        preparer.press("登记竣工验收", "竣工验收已登记", f"{name}验1号", "符合")
    preparer.shoot("work-accepted", axe=True)


def _row(actor, values: dict) -> None:
    """Fields of the form under the table, which is folded once there are rows."""
    fold = actor.page.locator("details#add")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    actor.fill(values, within="#add form")


def approve_plan(year: Year) -> None:
    """The preparer records the plan's approval; from then on it cannot be changed."""
    preparer = year.at("preparer")
    preparer.open(f"{year.facts['district']}plan/")
    preparer.fill({"批准日期": year.today.isoformat(), "批准文号": "演示批〔2025〕6号"})
    preparer.press("登记批准，冻结规划基线", "已登记批准，规划基线已冻结", "演示批〔2025〕6号")
    preparer.shoot("plan-approved")
