"""A yearly plan filed, returned and filed again; a boundary refused and then taken; both end on the district's timeline."""

import json

import pytest

from tests.e2e.steps.actor import Actor
from tests.e2e.steps.setting import accounts
from tests.e2e.test_stale import address_of
from tools.demo.story import HUPAN

pytestmark = pytest.mark.area("districts/yearly_plans", "districts/boundaries", "districts/overview", "districts/file")
OWN_TASK = '#todo li:has-text("2028年度")'  # the demo has plans of other years and bodies
SQUARE = [[121.05, 31.10], [121.06, 31.10], [121.06, 31.112], [121.05, 31.112], [121.05, 31.10]]
WORK = {
    "城区": HUPAN.name, "工作类别": "试点申报", "工作内容": "申报试点", "资金": "30", "计划开始": "2028-01-01", "计划完成": "2028-11-30",
}  # fmt: skip


@pytest.fixture
def seats(demo, browser, album):
    known = accounts(demo)
    people = {seat: Actor(browser, demo.url, album, known[seat]) for seat in ("authority", "city_officer", "preparer")}
    yield people
    for actor in people.values():
        actor.close()


def test_a_yearly_plan_is_filed_returned_and_filed_again(seats):
    authority, officer = seats["authority"], seats["city_officer"]
    authority.open("/districts/")
    authority.follow("年度实施计划")
    authority.follow("编制计划")
    authority.fill({"年度": "2028"})
    authority.press("下一步，填写工作", "暂无工作", "未再列入2项")
    plan = authority.page.url
    authority.follow("添加工作")
    authority.fill({**WORK, "资金": ""})
    authority.press("保存", "还不能上报", "没有填资金：申报试点")
    authority.shoot("plan-incomplete", axe=True)
    authority.follow("申报试点")
    authority.fill({"资金": "30"})
    authority.press("保存")
    authority.press("上报", "列入城区1个、工作1项，资金30.00万元")
    authority.press("上报", "已上报，待接收")
    officer.open("/desk/?all=1")
    officer.follow("接收年度实施计划", within=OWN_TASK)
    officer.fill({"意见或理由": "请补充更新城区的工作"})
    officer.press("退回修改", "退回修改", "请补充更新城区的工作")
    authority.open("/desk/?all=1")
    authority.follow("修改并重新上报年度实施计划", within=OWN_TASK)
    authority.follow("添加工作")
    authority.fill({**WORK, "工作类别": "区域更新", "工作内容": "旧区更新"})
    authority.press("保存")
    authority.step("上报")
    officer.open(plan)
    officer.press("接收", "已接收", "旧区更新")
    officer.shoot("plan-noted", axe=True)
    officer.open("/districts/yearly-plans/watch/?kind=demo", "演示甲区人民政府（虚构）")
    officer.shoot("watch", axe=True)


def boundary(folder, name, ring):
    path = folder / f"{name}.geojson"
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    return path


def test_a_boundary_is_refused_with_what_to_do_and_then_taken(seats, tmp_path):
    preparer = seats["preparer"]
    district = address_of(preparer)
    preparer.open(f"{district}profile/")
    preparer.follow("范围", exact=True)
    crossed = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
    for ring, system, words in (
        ([point[::-1] for point in SQUARE], "WGS84经纬度", "经度和纬度写反了"),
        (crossed, "WGS84经纬度", "边界自相交"),
        (SQUARE, "GCJ-02（高德、腾讯地图）", "不收GCJ-02"),
    ):
        preparer.fill({"范围文件": boundary(tmp_path, "wrong", ring), "坐标系": system, "事由": "按控规调整"})
        preparer.press("上传并检查", words, expected=422)
    preparer.shoot("boundary-refused", axe=True)
    preparer.fill({"范围文件": boundary(tmp_path, "right", SQUARE), "坐标系": "WGS84经纬度"})
    preparer.press("上传并检查", "规划范围第2版已登记", "按控规调整")
    preparer.shoot("boundary-taken", axe=True)
    preparer.open(f"{district}timeline/", "登记规划范围第2版", "登记规划范围第1版")
    preparer.shoot("timeline", axe=True)
    preparer.follow("打印版", "打印，共")
