"""Land in the browser: a plot of each way through its table, a blocked and a corrected completion, a district that gets ready."""

import datetime as dt
import os

import pytest

from tests.e2e.steps.actor import Actor
from tests.e2e.steps.setting import prepare
from tests.processes import Portal

pytestmark = pytest.mark.slow
TODAY = dt.date(2026, 11, 20)
DISTRICTS = """
from decimal import Decimal
from districts.models import District, Plot as Land
from greendistrict.accounts.models import Organisation, User
from greendistrict.portal.demo import district as land
people = {user.username: user for user in User.objects.filter(is_demo=True)}
bodies = {body.code: body for body in Organisation.objects.filter(is_demo=True)}
def make(name, seed, plots):
    plot = land.Plot(name, "new", "310120", "demo-jia", "demo-xincheng", Decimal("2.40"), Decimal("1.60"), plots, 2, seed, (121.47, 30.93))
    district = land.register(plot, bodies, people["preparer"])
    land.write_plan(district, people["preparer"])
    return plot, district
_, way = make("演示地块区（虚构）", 61, 0)
for number, use in (("CR-01", "070102"), ("HB-01", "080403"), ("ZY-01", "0902")):
    Land.objects.create(district=way, number=number, land_use_code=use, area_ha=2, floor_area=30000, is_demo=True)
plot, ready = make("演示就绪区（虚构）", 62, 12)
land.fill_lists(plot, ready, people["preparer"])
print(way.code, ready.code)
"""
PILOT = """
import datetime as dt
from districts import services
from districts.lifecycle import DISTRICT
from districts.models import District
from greendistrict.accounts.models import User
from greendistrict.workflow.services import perform
district, preparer = District.objects.get(code="{code}"), User.objects.get(username="preparer")
perform(machine=DISTRICT, obj=district, action="record_pilot", by=None)
services.freeze_baseline(district=district, kind="pilot", reason="授予试点", by=None)
got, built = dt.date(2026, 1, 5), dt.date(2026, 10, 8)
for index, plot in enumerate(district.plots.filter(buildable=True).order_by("number")):
    values = {{"acquisition": plot.acquisition or "grant", "acquired_on": got, "built_on": built, "conforms": index != 1}}
    services.plot_save(district=district, plot=plot, values=values, by=preparer)
for work in district.works.all():
    services.work_save(district=district, work=work, values={{"started_on": got, "built_on": built}}, by=preparer)
projects = list(district.key_projects.order_by("planned_start"))
for project in projects:
    used = {{"state": "completed"}} if project == projects[-1] else {{"state": "in_use", "in_use_on": built}}
    services.key_project_save(district=district, project=project, values={{"started_on": got, "finished_on": built, **used}}, by=preparer)
print(projects[-1].pk)
"""
REQUIRED = {"单位建筑面积年碳排放量的要求值": "36", "绿色建筑星级的要求值": "二星级", "附属绿地开放共享的要求值": "是"}
REACHED = {"单位建筑面积年碳排放量": "35", "绿色建筑星级": "二星级", "附属绿地开放共享": "是"}
READY = "没有未满足的条件"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A portal with its people and two districts: one whose plots are taken through their tables, one that gets ready."""
    with Portal(tmp_path_factory.mktemp("land"), f"e2e_land_{os.getpid()}") as made:
        made.accounts = prepare(made, TODAY)
        codes = made.run("manage.py", "shell", "--verbosity", "0", "--command", DISTRICTS).split()
        made.way, made.ready = f"/districts/{codes[-2]}/", f"/districts/{codes[-1]}/"
        made.start_web()
        yield made
        assert made.complaints() == ""


@pytest.fixture
def seat(place, browser, album):
    opened = {}

    def at(name):
        if name not in opened:
            opened[name] = Actor(browser, place.url, album, place.accounts[name])
        return opened[name]

    yield at
    for actor in opened.values():
        actor.close()


def values(stage, **changed):
    return {f"{name}的{stage}": changed.get(name, value) for name, value in REACHED.items()}


def unfold(actor, words):
    actor.page.locator("summary", has_text=words).first.click()


def ask_and_reply(preparer, housing, page):
    """From the plot's page to the desk of the 住建 body and back."""
    preparer.fill({"供地层级": "区级供地"})
    preparer.press("发起征询")
    preparer.see("征询已发出", "待答复")
    housing.open("/desk/")
    housing.follow("答复地块征询")
    housing.fill({**REQUIRED, "答复文号": "演示住建征〔2026〕1号"})
    housing.press("答复")
    housing.see("答复已登记", "征询提出")
    preparer.open(page)


def take(preparer, label, number="", reason=""):
    """A step of the table as the page offers it, on the day that it proposes."""
    form = preparer.page.locator("details", has=preparer.page.locator("summary", has_text=label)).first
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    if number:
        form.get_by_label("文号或编号").fill(number)
    if reason:
        form.get_by_label("说明或理由").fill(reason)
    with preparer.page.expect_navigation():
        form.get_by_role("button", name=label).click()


def pass_design(preparer):
    """Departments asked and answered, designed values, the review."""
    preparer.see("必询部门意见未齐：交通、交警、绿化市容", "缺设计值")
    unfold(preparer, "征询部门意见")
    for name in ("交通", "交警", "绿化市容"):
        preparer.page.get_by_role("checkbox", name=name).check()
    preparer.press("发出征询")
    for name in ("交通", "交警", "绿化市容"):
        preparer.follow(f"登记{name}的答复")
        preparer.page.get_by_role("radio", name="同意", exact=True).check()
        preparer.fill({"答复文号": f"演示{name}函"})
        preparer.press("答复")
    unfold(preparer, "填写指标值")
    preparer.fill(values("设计值"))
    preparer.press("保存指标值")
    take(preparer, "登记方案审核通过")


def build(preparer):
    for label in ("登记施工图审查通过", "登记开工", "登记完工，进入竣工验收"):
        take(preparer, label)


def enter_built(preparer, **changed):
    unfold(preparer, "填写指标值")
    preparer.fill(values("建成值", **changed))
    preparer.press("保存指标值")


def open_table(preparer, place, number, way):
    preparer.open(f"{place.way}plots/")
    preparer.follow(number)
    page = preparer.page.url
    preparer.fill({"取得方式": way})
    preparer.press("启动管控")
    return page


@pytest.mark.parametrize(
    ("number", "way", "land"),
    [
        ("CR-01", "出让", ["登记出让合同"]),
        ("HB-01", "划拨", ["登记规划土地意见书", "登记划拨"]),
        ("ZY-01", "自有", ["登记规划土地意见书"]),
    ],
)
def test_a_plot_of_each_way_goes_through_its_table(place, seat, number, way, land):
    preparer, housing = seat("preparer"), seat("authority")
    page = open_table(preparer, place, number, way)
    ask_and_reply(preparer, housing, page)
    for label in land:
        take(preparer, label, number="演示文号1")
    pass_design(preparer)
    build(preparer)
    if way == "出让":
        blocked_then_corrected(preparer)
    else:
        enter_built(preparer)
        take(preparer, "登记竣工验收（符合）", number="验收1号")
    preparer.see("竣工符合", "建成达到")
    preparer.shoot(f"plot-{number}", axe=True)
    preparer.open(f"{place.way}plots/board/")
    preparer.see("竣工符合", "没有不符合的地块")
    preparer.shoot(f"board-after-{number}", axe=True)


def blocked_then_corrected(preparer):
    """Completion is refused without built values, then with one that is worse; recorded as it is, mended, recorded again."""
    preparer.see("还不能登记竣工验收（符合）", "缺建成值")
    enter_built(preparer, 单位建筑面积年碳排放量="37")
    preparer.see("还不能登记竣工验收（符合）", "要求36kgCO₂/(m²·a)，实际37kgCO₂/(m²·a)", "建成差于要求")
    preparer.shoot("completion-blocked", axe=True)
    take(preparer, "登记竣工验收（不符合）", number="验收1号")
    preparer.see("竣工不符合", "还不能整改后登记为符合")
    enter_built(preparer)
    take(preparer, "整改后登记为符合", number="复验1号", reason="更换设备并复测")


def test_a_district_with_all_of_it_filled_gets_ready_without_a_typed_percentage(place, seat):
    preparer = seat("preparer")
    preparer.open(f"{place.ready}")
    assert READY not in preparer.text()
    preparer.open(f"{place.ready}plan/")
    preparer.fill({"批准日期": TODAY.isoformat(), "批准文号": "演示府〔2026〕9号"})
    preparer.press("登记批准，冻结规划基线")
    preparer.open(place.ready)
    preparer.see("离试点还差什么", READY)
    preparer.shoot("ready-to-apply")
    code = place.ready.rstrip("/").rsplit("/", 1)[-1]
    last = place.run("manage.py", "shell", "--verbosity", "0", "--command", PILOT.format(code=code)).split()[-1]
    preparer.open(place.ready)
    preparer.see("离示范还差什么", "1项未满足")
    preparer.open(f"{place.ready}key-projects/{last}/")
    preparer.fill({"状态": "投用", "投用日期": TODAY.isoformat()})
    preparer.press("保存")
    preparer.shoot("key-projects")
    preparer.open(place.ready)
    preparer.see("离示范还差什么", READY)
    preparer.shoot("ready-for-acceptance")
