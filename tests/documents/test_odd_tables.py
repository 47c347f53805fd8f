"""Sheets whose figures get their unit elsewhere, and that hold more than one table: what is read of them, and what is said."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from carbon.metering.reading_file import parse
from districts.lists.workbooks import ProjectReader, WorkReader
from districts.plots.workbook import PlotReader
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks.pages import taken_table
from indicators.entry.rows import pasted_grid, read_rows
from tests.documents.test_foreign_sheets import book
from tests.factories.districts import PlotFactory, make_district
from tests.factories.takeover import taken_over
from tests.factories.workbooks import saved

pytestmark = pytest.mark.django_db
HEADS = ["地块编号", "用地性质", "用地面积", "建筑面积"]
ROW, OTHER = ["A-01", "0901", 15, 20000], ["B-01", "0901", 30, 20000]
OVER, BELOW = "像是另一张表的表头", "在另一张表里，没有读入"


def headed(words):
    return book([HEADS[0], HEADS[1], words, HEADS[3]], ROW)


# Heads of a column of 公顷 in which 15 亩 stand: one of each way to write the unit.
IN_MU = (
    "用地面积 亩", "用地面积\n亩", "用地面积[亩]", "用地面积【亩】", "用地面积，亩", "用地面积-亩", "用地面积—亩", "用地面积（单位：亩）",
    "用地面积/亩",
    "用地面积：亩", "用地面积（亩）①", "用地面积(亩)*", "净用地面积 亩", "出让用地面积亩", "用地面积( 亩 )", "用地面积、亩",
)  # fmt: skip
UNITS = {
    **{f"head {words!r}": (headed(words), {"A-01": "1.0000"}, ["“15亩”识别为1公顷"]) for words in IN_MU},
    "own unit behind": (headed("用地面积 公顷"), {"A-01": "15.0000"}, []),
    "two units in a head": (headed("用地面积（亩/公顷）"), {}, ["必填，表里没有这一列"]),
    "above the table": (book(["单位：亩"], HEADS, ROW), {"A-01": "1.0000"}, ["按表上方写的单位“亩”，请核对", "“15亩”识别为1公顷"]),
    "in the title": (book(["演示地块一览表（单位：亩）"], HEADS, ROW), {"A-01": "1.0000"}, ["按表上方写的单位“亩”"]),
    "at the right, with a day": (book([None, None, None, "面积单位: 亩  2026年3月"], HEADS, ROW), {"A-01": "1.0000"}, ["单位“亩”"]),
    "two above, one of each column": (book(["单位：亩、㎡"], HEADS, ROW), {"A-01": "1.0000"}, ["单位“亩”"]),
    "two above of one column": (book(["单位：亩、km²"], HEADS, ROW), {}, ["这里写的是“亩、km²”"]),
    "own unit above": (book(["单位：公顷"], HEADS, ROW), {"A-01": "15.0000"}, []),
    "a body above": (book(["填报单位：演示局"], ["单位：演示公司（盖章）"], HEADS, ROW), {"A-01": "15.0000"}, []),
    **{
        f"above, {words}": (book([words], HEADS, ROW), {"A-01": "1.0000"}, ["按表上方写的单位“亩”"])
        for words in (
            "填报单位：演示局　　单位：亩", "单位：亩　填报单位：演示局", "编制单位：演示局 面积单位：亩", "金额单位：万元、面积单位：亩",
            "编制单位：演示局单位：亩", "面积单位：亩；金额单位：万元", "（单位：亩）填报单位：演示局", "单位：亩。编制单位：演示局",
            "【单位：亩】 金额单位：万元", "单位：公里、亩；填报单位：演示局", "填报单位：演示局；单位：亩", "填报单位：演示局（单位：亩）",
        )
    },
    "own unit in the head, another above": (
        book(["单位：亩"], [HEADS[0], HEADS[1], "用地面积（公顷）", HEADS[3]], ROW), {"A-01": "15.0000"}, [],
    ),
    "a line of some units": (
        book([*HEADS, "取得日期"], [None, "（代码）", "亩", "平方米", "年月日"], ROW), {"A-01": "1.0000"}, ["“15亩”识别为1公顷"],
    ),
    "two lines of heads": (book(["地块", "用地", "用地", "建筑"], ["编号", "性质", "面积亩", "面积"], ROW), {"A-01": "1.0000"}, ["“15亩”"]),
}  # fmt: skip
TWO_LINES = [["地块", "用地", "用地", "建筑"], ["编号", "性质", "面积", "面积"]]
ROADS = [["配套道路一览表"], ["序号", "道路名称", "长度（m）", "宽度"], [1, "演示一路", 82, 24]]
TABLES = {
    "another table below": (book(HEADS, ROW, [], *ROADS), {"A-01": "15.0000"}, [f"A5 {OVER}", f"A6 {BELOW}"]),
    "another with its names in the first column": (
        book(HEADS, ROW, ["道路名称", "类型", "长度", "宽度"], ["演示一路", "支路", 82, 24]), {"A-01": "15.0000"},
        [f"A3 {OVER}", f"A4 {BELOW}"],
    ),
    "heads in another order": (
        book(HEADS, ROW, ["用地性质", "地块编号", "用地面积", "建筑面积"], ["0901", "B-01", 3, 9]), {"A-01": "15.0000"}, [OVER, BELOW],
    ),
    "heads with another unit": (
        book(HEADS, ROW, [*HEADS[:2], "用地面积（亩）", HEADS[3]], OTHER), {"A-01": "15.0000"}, [f"A3 {OVER}", f"A4 {BELOW}"],
    ),
    "a stored row below it": (book(HEADS, ROW, [*HEADS[:2], "用地面积（亩）", HEADS[3]], ROW), {"A-01": "15.0000"}, [OVER, BELOW]),
    "the same heads again": (book(HEADS, ROW, HEADS, OTHER), {"A-01": "15.0000", "B-01": "30.0000"}, ["A3 重复的表头"]),
    "two lines of heads again": (
        book(*TWO_LINES, ROW, *TWO_LINES, OTHER),
        {"A-01": "15.0000", "B-01": "30.0000"}, ["A4 重复的表头", "A5 重复的表头"],
    ),
    "cells that are not settled": (book(HEADS, ["C-01", "0901", "待定", "未定"], ROW), {"A-01": "15.0000"}, ["应填数字"]),
    "words for numbers": (book(HEADS, ["C-01", "0901", "一公顷半", "约两万"], ROW), {"A-01": "15.0000"}, ["应填数字"]),
    "another sheet": (book(HEADS, ROW, more={"二期": [HEADS, OTHER]}), {"A-01": "15.0000"}, ["没有读入的工作表：二期"]),
    "an empty sheet": (book(HEADS, ROW, more={"Sheet2": []}), {"A-01": "15.0000"}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", {**UNITS, **TABLES})
def test_figures_have_their_unit_and_a_table_its_end(people, name):
    content, areas, words = {**UNITS, **TABLES}[name]
    found = PlotReader(make_district(people), clock.today()).read(content)
    assert found.problems == []
    assert {work.label: work.fields["area_ha"] for work in found.works} == areas
    said = [*found.told, *(f"{line.address} {line.note}" for line in (*found.aside, *found.noted, *found.refused))]
    assert [word for word in words if not any(word in one for one in said)] == []
    assert ("没有读入的工作表" in "".join(said)) == (name == "another sheet")
    assert any(line.note.startswith(OVER) for line in found.aside) == (words[-1:] != [] and BELOW in words[-1])


@pytest.mark.parametrize(("reader", "lines", "field", "value"), [
    (ProjectReader, (["单位：亿元"], ["项目名称", "类别", "总投资"], ["甲", "能源", 1.2]), "investment", "12000.00"),
    (ProjectReader, (["项目名称", "类别", "总投资亿元"], ["甲", "能源", 1.2]), "investment", "12000.00"),
    (WorkReader, (["（单位：公里）"], ["道路名称", "类型", "长度"], ["甲路", "道路", 1.2]), "length_m", "1200.0"),
    (WorkReader, (["道路名称", "类型", "长度km"], ["甲路", "道路", 1.2]), "length_m", "1200.0"),
    (WorkReader, (["道路名称", "类型", "长度"], ["甲路", "道路", 1.2]), "length_m", "1.2"),
])  # fmt: skip
def test_other_lists_have_theirs_likewise(people, reader, lines, field, value):
    [work] = reader(make_district(people), clock.today()).read(book(*lines)).works
    assert work.fields[field] == value


@pytest.mark.parametrize(("reader", "heads", "rows"), [
    (
        ProjectReader, ["项目名称", "总投资", "计划开工"],
        [["滨江学校", 3500, "2027-03-01"], ["文化中心", "未批复", "前期研究"], ["图书馆", 900, ""]],
    ),
    (WorkReader, ["设施名称", "长度", "计划竣工"], [["演示路", 82, "2027-03-01"], ["演示泵站", "测绘中", "看进展"], ["演示桥", 9, ""]]),
])  # fmt: skip
def test_a_row_with_words_for_its_figures_is_refused_and_those_below_it_read(people, reader, heads, rows):
    found = reader(make_district(people), clock.today()).read(book(heads, *rows))
    assert ([work.label for work in found.works], found.aside) == ([rows[0][0], rows[2][0]], [])
    assert [line.address for line in found.refused if line.key == rows[1][0]] == ["B3", "C3"]


LINE = "E-1,2026-03-01,2"


@pytest.mark.parametrize(("text", "unit", "told"), [
    (f"单位：万千瓦时\n表号,日期,示数\n{LINE}\n", "万千瓦时", "表上方写的单位“万千瓦时”"),
    (f"单位：万千瓦时；填报单位：演示局\n表号,日期,示数\n{LINE}\n", "万千瓦时", "表上方写的单位“万千瓦时”"),
    (f"填报单位：演示物业　单位：万千瓦时\n表号,日期,示数\n{LINE}\n", "万千瓦时", "表上方写的单位“万千瓦时”"),
    (f"表号,日期,示数kWh\n{LINE}\n", "kWh", "示数kWh→读数"),
    (f"表号,日期,示数（单位：万kWh）\n{LINE}\n", "万kWh", ""), (f"表号,日期,示数[度]\n{LINE}\n", "度", ""),
    (f"单位：度\n表号,日期,示数,单位\n{LINE},万kWh\n", "万kWh", ""),
])  # fmt: skip
def test_readings_have_their_unit_from_head_or_title(text, unit, told):
    found = parse("a.csv", text.encode())
    assert (found.readings["E-1"][0].unit, told in found.told) == (unit, True)


@pytest.mark.parametrize("heads", ["日期,表号,示数", "表号,日期,示数(万度)", "电表,账期,电量"])
def test_readings_below_other_heads_are_not_read(heads):
    found = parse("a.csv", f"表号,日期,示数\n{LINE}\n{heads}\nE-1,2026-03-02,9\n".encode())
    assert [row.line for row in found.readings["E-1"]] == [2]
    assert [(fault.line, OVER in fault.words) for fault in found.faults] == [(3, True)]


def test_of_several_units_above_none_is_that_of_the_readings():
    found = parse("a.csv", f"单位：kWh、m³\n表号,日期,示数\n{LINE}\n".encode())
    assert (found.readings["E-1"][0].unit, found.faults, "表上方写了几个单位（kWh、m³）" in found.told) == ("", [], True)


def test_a_line_of_words_ends_no_file_of_readings():
    found = parse("a.csv", f"表号,日期,示数\n{LINE}\n分表,昨天,故障\nE-1,2026-03-02,9\n".encode())
    assert [row.line for row in found.readings["E-1"]] == [2, 4]
    assert [(fault.line, fault.refused) for fault in found.faults] == [(3, True)]


def test_readings_show_the_unit_of_their_format():
    made = _sheet("表号", "日期", "示数")
    made.active.append(["E-1", "2026-03-01", 1.5])
    made.active["C2"].number_format = '0.0"万度"'
    [row] = parse("a.xlsx", saved(made)).readings["E-1"]
    assert (str(row.value), row.unit) == ("1.5", "万度")


@pytest.mark.parametrize(("line", "why"), [
    ("同上,2026-03-02,9", "请写出这一格的内容"), ("E-1,〃,9", "请写出这一格的内容"), ("E-1,2026-03-02,9-", "是负号吗"),
    ("E-1,2026-03-02,9①", "请去掉"), ('E-1,2026-03-02,"12\n345"', "这一格有几行"),
])  # fmt: skip
def test_readings_are_refused_for_the_true_reason(line, why):
    found = parse("a.csv", f"表号,日期,示数\n{LINE}\n{line}\n".encode())
    assert ([*found.readings], len(found.readings["E-1"]), why in found.faults[0].words) == (["E-1"], 1, True)


def test_clauses_and_checks_below_other_heads_are_not_read(people):
    text = "编号\t名称\t类型\t分值\n5.1.1\t甲\t评分项\t10\n名称\t编号\t类型\t分值\n乙\t5.1.2\t评分项\t10"
    found = read_rows({"a": pasted_grid(text)})
    assert ([row["id"] for _, row in found.rows], [OVER in words for words in found.left_out]) == (["5.1.1"], [True, False])
    district = make_district(people)
    content = book(["城区", "年度", "出处"], [district.name, 2020, "公报"], ["年度", "城区", "出处"], [2021, district.name, "公报"])
    assert [row.value["year"] for row in taken_over("checks", "a.xlsx", content)] == [2020]


def test_a_clause_that_is_broken_over_two_lines_is_asked():
    found = read_rows({"a": pasted_grid("编号\t名称\t分值\t条件\n5.1.1\t甲\t10\t前半\n\t\t\t后半\n第五章 水\t\t\t\n5.1.2\t乙\t10\t全")})
    assert [(fault.where, fault.label) for fault in found.faults] == [("a第3行", "条件")]
    assert [row.get("group") for _, row in found.rows] == [None, "水"]


@pytest.mark.parametrize(("text", "asked"), [("演示区建管委", True), ("2026年3月", False), ("演示一路", True), ("①以批复为准", True)])
def test_a_line_of_one_text_is_no_row_unless_all_are(people, text, asked):
    heads = ["道路名称", "类型", "长度"]
    found = WorkReader(make_district(people), clock.today()).read(book(heads, ["甲路", "道路", 82], [text]))
    assert ([work.label for work in found.works], len(found.aside)) == (["甲路"], int(not asked))
    assert ["这一行只有这一格有字" in line.note for line in found.refused] == [True] * asked
    names = WorkReader(make_district(people), clock.today()).read(book(heads, ["甲路"], ["乙路"]))
    assert [work.label for work in names.works] == ["甲路", "乙路"]


@pytest.mark.parametrize("label", ["占比", "占比（%）", "同比增长", "上年同期", "余额", "总长度", "合计面积", "人均"])
def test_a_line_about_the_others_is_asked(people, label):
    found = WorkReader(make_district(people), clock.today()).read(book(["道路名称", "长度"], ["甲路", 82], [label, 9]))
    assert ([work.label for work in found.works], [line.note[:11] for line in found.refused]) == (["甲路"], ["看起来是合计或说明的行"])


@pytest.mark.parametrize(("typed", "plots", "clauses"), [
    ("ＹＳ01－001、ys01-002", ["YS01-001", "YS01-002"], ["7.2.7"]), ("YS01-001\u200b", ["YS01-001"], ["7.2.7"]), ("—", [], []),
    ("无", [], []),
])  # fmt: skip
def test_a_project_names_plots_and_clauses_in_any_way_to_write_them(people, typed, plots, clauses):
    district = make_district(people)
    for number in ("YS01-001", "YS01-002"):
        PlotFactory(district=district, number=number)
    words = "—" if not plots else "第７。２.7条"
    content = book(["项目名称", "类别", "涉及地块", "对应条文"], ["甲", "能源", typed, words])
    [work] = ProjectReader(district, clock.today()).read(content).works
    assert (work.values["plots"], work.fields["clauses"]) == (plots, clauses)


@pytest.mark.parametrize("state", ["计划竣工", "预计竣工", "即将竣工", "部分投用", "在建（已停工）", "竣工前"])
def test_a_state_that_is_not_so_yet_is_asked(people, state):
    found = ProjectReader(make_district(people), clock.today()).read(book(["项目名称", "类别", "状态"], ["甲", "能源", state]))
    assert (found.works, ["吗？" in line.note for line in found.refused]) == ([], [True])


def test_text_that_a_program_calls_a_workbook_is_read_as_text(people):
    lines = "\t".join(HEADS) + "\n" + "\t".join(map(str, ROW))
    reader = PlotReader(make_district(people), clock.today())
    for encoding in ("gbk", "utf-16", "utf-8-sig"):
        content = taken_table(SimpleUploadedFile("导出.xls", lines.encode(encoding)), reader.head_words())
        assert [row[0] for row in list(openpyxl.load_workbook(BytesIO(content)).active.values)] == ["地块编号", "A-01"]
    readings = parse("a.xls", "表号\t日期\t示数\nE-1\t2026-03-01\t2\n".encode("gbk"))
    assert len(readings.readings["E-1"]) == 1
    with pytest.raises(Refused, match="内容是工作簿，不是 CSV"):
        taken_table(SimpleUploadedFile("a.csv", book(HEADS, ROW)), reader.head_words())
    with pytest.raises(Refused, match="网页"):
        taken_table(SimpleUploadedFile("a.xls", b"<html><table><tr><td>x</td></tr></table></html>"), reader.head_words())


def test_a_table_that_is_turned_is_refused_as_such(people):
    district = make_district(people)
    turned = [list(line) for line in zip(HEADS, ROW, OTHER, strict=True)]
    for content in (book(*turned), book(["地块表"], *([at, *line] for at, line in enumerate(turned)))):
        [why] = PlotReader(district, clock.today()).read(content).problems
        assert "表头像是竖着排的" in why
    [why] = PlotReader(district, clock.today()).read(book(["甲", "乙"], [1, 2])).problems
    assert "没有一张表写有“地块编号”" in why


def _sheet(*heads):
    made = openpyxl.Workbook()
    made.active.append(list(heads))
    return made
