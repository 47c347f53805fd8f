"""The workbook of areas has the figures of the pages: indicators, tasks with quarters, evaluations; each sheet is marked as a draft."""

import datetime as dt
import io
from http import HTTPStatus

import openpyxl
import pytest
from django.urls import reverse

from beautiful.area_indicators import selectors, services
from beautiful.evaluations import services as evaluations
from beautiful.evaluations.models import AreaEvaluation
from beautiful.frame.programme import programme
from beautiful.plans import services as plans
from beautiful.plans.models import PlannedTask
from districts.indicator_systems.models import IndicatorActual
from districts.indicator_systems.row_rules import CARBON
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.workflow import second_person
from tests.beautiful.area_indicators.test_areas import FIGURE, TITLED
from tests.beautiful.plans.world import CITY_SEATS, FIRST, make_issued, report, seats, spring
from tests.carbon.inventories.world import filed_years
from tests.factories.districts import make_district
from tests.factories.indicator_systems import approved_system
from tests.factories.once import copy_of, once

FEEDING, BARE = "演示甲城区（虚构）", "演示乙城区（虚构）"
YEAR = 2023
SHEETS = ["说明", "重点领域", "城区指标", "碳排放、能源和地块", "市级登记的指标", "任务和季度", "跟踪评估"]


def make_world():
    world = make_issued()
    people = world.people
    world.first = make_district(people, name=FEEDING, **TITLED)
    make_district(people, name=BARE, **TITLED)
    approved_system(people, world.first).rows.filter(key=CARBON).update(dimension="低碳高效")
    stood = dict.fromkeys(("entered_at", "checked_at"), clock.now())
    for year, moments in ((YEAR, stood), (YEAR + 1, {"entered_at": clock.now()})):
        IndicatorActual.objects.create(district=world.first, key=CARBON, year=year, value="20", **moments)
    filed_years(people, world.first, [YEAR])
    made = services.record_figure(area="culture", values=FIGURE, by=people.city_officer)
    second_person.check(row=made, by=people.city_checker)
    services.record_figure(area="culture", values=FIGURE | {"name": "待核对的指标（虚构）"}, by=people.city_officer)
    with clock.at(spring(FIRST + 1)):
        for quarter, value in ((1, "4"), (2, "9")):
            report(world.own, people.authority, quarter, value, problems="用地未落实（虚构）")
        report(world.beside, world.other, 1, "6")
    return world


made = once(make_world)
world = copy_of("made")


def book_of(client, user, name="areas_export", *args, **query):
    client.force_login(user)
    answer = client.get(reverse(f"beautiful:{name}", args=args), {"world": "demo", "year": YEAR} | query)
    assert answer.status_code == HTTPStatus.OK
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer))), answer


def lines(book, sheet):
    """Rows below the heads as mappings."""
    heads, *rows = [[None if cell.value == "" else cell.value for cell in row] for row in book[sheet].iter_rows(min_row=3)]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_every_sheet_and_the_file_are_marked_as_a_draft_and_as_fiction(client, world):
    book, answer = book_of(client, world.people.city_director)
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert programme().mark in sheet["A1"].value, sheet.title
        assert "含演示数据" in sheet["A1"].value, sheet.title
    assert "%E5%BE%81%E6%B1%82%E6%84%8F%E8%A7%81%E7%A8%BF" in answer["Content-Disposition"]  # 征求意见稿
    assert "不推算" in str([list(row.values()) for row in lines(book, "说明")])
    assert AuditRecord.objects.get(action="beautiful.export_areas").data == {"rows": 10, "filter": f"world=demo&year={YEAR}"}


def test_the_counts_are_those_of_the_page(client, world):
    book, _ = book_of(client, world.people.city_officer)
    told = {row["重点领域"]: row for row in lines(book, "重点领域")}
    views = selectors.area_views(Viewer(world.people.city_officer), is_demo=True, year=YEAR)
    assert list(told) == [area.name for area in programme().areas]
    for view in views:
        row = told[view.area.name]
        counts = [row[words] for words in ("达到", "略落后", "落后", "不作判断")]
        assert counts == [count for _, _, count in view.all_lights.counts]
        assert (row["供数城区"], row["城区指标"], row["其中有数"]) == (view.feeding_anything, view.all_lights.total, view.figures_fed)
        assert row["说明"] == ("另有1项待核对，未计入" if view.area.key == "development" else None if view.is_fed else "没有城区供数")
        shown = [one for one in lines(book, "城区指标") if one["重点领域"] == view.area.name and one["指标"]]
        assert len(shown) == view.all_lights.total
        assert sum(one["红绿灯"] == "达到" for one in shown) == counts[0]
    assert (told["人居之美"]["任务"], told["制度之美"]["任务"], told["人文之美"]["任务"]) == (3, 1, 0)
    assert any(row["说明"] for row in told.values())


def test_an_indicator_has_source_value_path_and_light_and_who_feeds_nothing_is_said(client, world):
    book, _ = book_of(client, world.people.city_officer, "area_export", "development")
    rows = lines(book, "城区指标")
    [carbon] = [row for row in rows if row["城区"] == FEEDING and row["现状值"]]
    assert (carbon["年度"], carbon["数值来源"], carbon["重点领域"]) == (YEAR, "城区填报", "发展之美")
    assert (carbon["现状值"], carbon["单位"], carbon["红绿灯"], carbon["方面"]) == ("20", "kgCO₂e/(m²·a)", "达到", "低碳高效")
    assert carbon["数据来源（指标体系填写）"] == "统计年报"
    [share] = [one for one in selectors.area_views(Viewer(world.people.city_officer), is_demo=True, year=YEAR, only="development")[0].pilots
               if one.district == world.first]  # fmt: skip
    [fed] = [one for one in share.indicators if one.year]
    assert (carbon["路径应达"] or "", carbon["说明"]) == (fed.progress.due, f"{fed.progress.light.words}；另有1项待核对，未计入")
    [bare] = [row for row in rows if row["城区"] == BARE]
    assert (bare["说明"], bare["指标"], bare["红绿灯"]) == ("无批准的指标体系记录", None, None)
    assert [row["重点领域"] for row in lines(book, "重点领域")] == ["发展之美"]
    figures = lines(book, "碳排放、能源和地块")
    inventory = [row for row in figures if row["数"] == "碳排放总量"]
    assert [(row["城区"], row["说明"]) for row in inventory] == [(FEEDING, None), (BARE, "未供数"), ("合计", "2个城区中1个供数")]
    assert inventory[0]["数值"] == inventory[2]["数值"] > 0
    assert inventory[1]["数值"] is None
    unfed = [row for row in figures if row["说明"] == "没有城区供数"]
    assert unfed
    assert {row["数值"] for row in unfed} == {None}


def test_a_figure_by_hand_has_its_source_and_areas_without_one_say_so(client, world):
    book, _ = book_of(client, world.people.city_officer)
    rows = lines(book, "市级登记的指标")
    assert "待核对的指标" not in str(rows), "what nobody has checked is not counted"
    told = [(row["数值"], row["出处"], row["说明"]) for row in rows if row["重点领域"] in {"人文之美", "空间之美"}]
    assert told == [(None, None, "没有登记"), (61.5, FIGURE["source"], None), (None, None, "另有1项待核对，未计入")]


def test_tasks_stand_with_their_quarters_and_a_sum_that_lacks_one_has_no_light(client, world):
    book, _ = book_of(client, world.people.city_officer, "area_export", "habitat")
    rows = lines(book, "任务和季度")
    number = {name: getattr(world, name).task.number for name in ("city", "own", "beside")}
    told = [(row["编号"], row["年度"], row["季度"], row["累计完成值"], row["红绿灯"], row["区任务报送"]) for row in rows]
    assert [one for one in told if one[0] == number["city"]] == [
        (number["city"], FIRST, 1, 10, "达到", "2/2已报"),
        (number["city"], FIRST, 2, 9, "不作判断", "1/2已报"),
    ]
    own = [row for row in rows if row["编号"] == number["own"]]
    assert [(row["市级任务"], row["层级"], row["累计完成值"], row["问题"]) for row in own] == [
        (number["city"], "区", 4, "用地未落实（虚构）"),
        (number["city"], "区", 9, "用地未落实（虚构）"),
    ]
    assert {row["先行区"] for row in rows if row["编号"] == number["city"]} == {"五大新城"}
    [alone] = lines(book_of(client, world.people.city_officer, "area_export", "institution")[0], "任务和季度")
    assert (alone["编号"], alone["季度"], alone["累计完成值"], alone["说明"]) == (world.alone.task.number, None, None, "未报")
    [none] = lines(book_of(client, world.people.city_officer, "area_export", "culture")[0], "任务和季度")
    assert (none["编号"], none["任务"]) == (None, "执行中的计划在这一领域没有任务")


def test_an_evaluation_stands_with_the_adjustment_made_because_of_it(client, world):
    people = world.people
    with clock.at(spring(FIRST + 1)):
        evaluations.begin(plan=world.plan, year=FIRST, areas=["habitat"], by=people.city_officer)
        found = AreaEvaluation.objects.get()
        for act, by, more in (
            ("report", people.authority, {}),
            ("check", people.city_officer, {}),
            ("conclude", people.city_director, {"conclusion": "behind"}),
        ):
            found = getattr(evaluations, act)(evaluation=found, version=found.version, text=f"{act}（虚构）", by=by, **more)
        values = {name: getattr(world.own, name) for name in ("title", "target_text", "unit", "start_value", "target_value", "starts_on")}
        values |= {"due_on": dt.date(2028, 6, 30), "owner": world.own.owner, "partners": []}
        said = {"on": clock.today(), "basis": "演示〔2027〕1号（虚构）", "reason": "提前（虚构）"}
        version = PlannedTask.objects.get(pk=world.own.pk).version
        adjusted = plans.adjust_task(planned=world.own, values=values, **said, version=version, by=people.city_officer)
        evaluations.use(evaluation=found, adjustment=adjusted, note="按结论提前（虚构）", by=people.city_officer)
        book, _ = book_of(client, people.city_officer, "area_export", "habitat")
    [row] = lines(book, "跟踪评估")
    assert (row["年度"], row["状态"], row["结论"], row["自评"]) == (FIRST, "已作结论", "滞后", "report（虚构）")
    assert [one for one in (str(world.own), "2028-06-30", "按结论提前（虚构）") if one not in row["因评估结果调整的任务"]] == []
    [area] = lines(book, "重点领域")
    assert area["最近的评估"] == f"{FIRST}年　滞后"


def test_who_reads_the_page_takes_the_workbook_and_reality_has_no_number_of_fiction(client, world):
    for name, args in (("areas_export", []), ("area_export", ["habitat"])):
        assert seats(client, world.people, name, *args) == CITY_SEATS, name
    client.force_login(world.people.city_officer)
    assert client.get(reverse("beautiful:area_export", args=["no-such-area"])).status_code == HTTPStatus.NOT_FOUND
    real, _ = book_of(client, world.people.city_officer, world="real")
    assert {row["说明"] for row in lines(real, "重点领域")} == {"没有城区供数"}
    assert {row["城区指标"] for row in lines(real, "重点领域")} == {0}
    assert {row["编号"] for row in lines(real, "任务和季度")} == {None}
    assert "演示数据" not in real["重点领域"]["A1"].value


@pytest.mark.parametrize("many", [1, 3])
def test_the_workbook_costs_the_same_for_one_and_for_three(client, world, kept_queries, many):
    people = world.people
    for number in range(1, many):
        approved_system(people, make_district(people, name=f"演示{number}号城区（虚构）", **TITLED))
    book_of(client, people.city_officer)
    with kept_queries():
        book_of(client, people.city_officer)
