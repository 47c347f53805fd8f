"""Lists as an office keeps them itself: any sheet comes in by its heads, and everything matched, left or converted is said."""

import time
from decimal import Decimal
from io import BytesIO

import lxml.html
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.file.models.district import District
from districts.lists.services import undo_import
from districts.lists.workbooks import ProjectReader, WorkReader, remembered_heads
from districts.plots.models import Plot
from districts.plots.workbook import BOOK, PlotReader, plot_book
from greendistrict.core import clock
from greendistrict.documents.workbooks.grids import grids
from greendistrict.documents.workbooks.lines import MOST_ABOVE
from greendistrict.documents.workbooks.pasted import pasted_workbook
from tests.factories.districts import DistrictFactory, KeyProjectFactory, PlotFactory, WorkFactory, make_district
from tests.factories.workbooks import replaced, saved

pytestmark = pytest.mark.django_db
HEADS = ["序号", "宗地编号", "土地用途", "用地面积（㎡）", "计容建筑面积", "受让人", "供地方式", "成交日期"]
ROWS = [
    [1, "PD-01", "070102", 23500, 47000, "演示甲公司（虚构）", "挂牌", "2026年3月1日"],
    [2, "PD-02", "901", "8,200", None, "", "划拨", 46082],
]


@pytest.fixture
def district(people):
    return make_district(people)


def book(*lines, merge=(), name="Sheet1", more=None):
    """A workbook with these lines from the first row, merged ranges, and other sheets {name: lines}."""
    made = openpyxl.Workbook()
    made.active.title = name
    for sheet, rows in {name: lines, **(more or {})}.items():
        page = made[sheet] if sheet in made.sheetnames else made.create_sheet(sheet)
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                page.cell(at, column, value)
    for one in merge:
        made[name].merge_cells(one)
    return saved(made)


def read(district, content, reader=PlotReader):
    return reader(district, clock.today()).read(content)


TITLE, UNIT_NOTE = ["演示新区出让地块一览表（虚构）"], ["单位：公顷", None, None, "2026年"]
TOTAL, NOTE = ["合计", None, None, 31700], ["注：面积以批准文件为准"]
TWO_LINES = [
    ["序号", "宗地", None, "用地", "建筑面积", "受让人", "供地方式", "成交日期"],
    [None, "编号", "用途", "面积(㎡)", "㎡", None, None, None],
]
THREE_LINES = [
    ["序号", "宗地", None, "规划指标", None, "受让人", "供地方式", "成交日期"],
    [None, "编号", "用途", "用地", "建筑"],
    [None, None, None, "面积(㎡)", "面积(㎡)"],
]
DOWN_THREE = ("A2:A4", "F2:F4", "G2:G4", "H2:H4")
FORMS = {
    "one line": book(HEADS, *ROWS),
    "title, note, total": book(TITLE, UNIT_NOTE, [], HEADS, *ROWS, TOTAL, NOTE, merge=("A1:H1", "A7:C7", "A8:H8")),
    "a title over every column": book(TITLE, HEADS, *ROWS, merge=("A1:H1",)),
    "another name and sheet": book(["说明"], name="说明", more={"台账": [TITLE, HEADS, *ROWS]}),
    "two lines": book(TITLE, *TWO_LINES, *ROWS, merge=("A1:H1", "B2:C2", "A2:A3", "F2:F3", "G2:G3", "H2:H3")),
    "three lines": book(TITLE, *THREE_LINES, *ROWS, merge=("A1:H1", "B2:C2", "D2:E2", "B3:B4", "C3:C4", *DOWN_THREE)),
    "three lines, the last of units": book(
        TITLE,
        TWO_LINES[0],
        [None, "编号", "用途", "面积", None],
        [None, None, None, "㎡", "㎡"],
        *ROWS,
        merge=("B2:C2", "E2:E3", *DOWN_THREE),
    ),
    "units in a line of their own": book([head.partition("（")[0] for head in HEADS], [None, None, None, "㎡", "㎡"], *ROWS),
    "line ends and stars": book([head.replace("面积", "\n面 积") + "*" for head in HEADS], *ROWS),
    "other order": book(HEADS[::-1], *(row[::-1] for row in ROWS)),
    "longer heads": book(["序号", "本次出让地块编号", "规划土地用途", "出让用地面积（平方米）", *HEADS[4:]], *ROWS),
    "subtotals within": book(HEADS, ROWS[0], ["小计", None, None, 23500], HEADS, ROWS[1], [None, "总计", None, 31700], merge=("A3:C3",)),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_list_in_the_forms_of_an_office_is_the_same(district, form):
    found = read(district, FORMS[form])
    assert (found.problems, found.refused) == ([], [])
    first, second = (work.fields for work in found.works)
    assert (first["number"], first["area_ha"], first["floor_area"], first["land_use_code"]) == ("PD-01", "2.3500", "47000.00", "070102")
    assert (first["owner"], first["acquisition"], first["acquired_on"]) == ("演示甲公司（虚构）", "grant", "2026-03-01")
    assert (second["number"], second["area_ha"], second["land_use_code"]) == ("PD-02", "0.8200", "0901")
    assert second["acquired_on"] == "2026-03-01"


def test_what_was_matched_converted_and_left_is_said(district):
    found = read(district, FORMS["title, note, total"])
    matched = [
        "宗地编号→地块编号",
        "土地用途→用地性质",
        "用地面积（㎡）→用地面积 公顷",
        "计容建筑面积→建筑面积 m²",
        "受让人→建设单位（权属）",
        "供地方式→取得方式",
        "成交日期→取得日期",
    ]
    assert found.told == [f"按表头对应：{'、'.join(matched)}", "没有读入的列：序号"]
    notes = {(line.key, line.label): line.note for line in found.noted}
    assert "“23500m²”识别为2.35公顷" in notes["PD-01", "用地面积 公顷"]
    assert notes["PD-01", "取得方式"] == "“挂牌”按“出让”"
    assert notes["PD-02", "取得日期"] == "46082是 Excel 的日期序号，识别为2026-03-01"
    assert [(line.address, line.note) for line in found.aside] == [("A7", "合计或平均的行"), ("A8", "说明的行")]
    assert "计划开工" in found.absent


def test_a_title_is_no_part_of_a_head(district):
    assert "没有读入的列：序号" in read(district, FORMS["a title over every column"]).told


def test_columns_that_a_sheet_does_not_have_stay_as_they_are(district):
    kept = PlotFactory(district=district, number="PD-01", land_use_code="070102", land_use="二类城镇住宅用地")
    found = read(district, book(["地块编号", "面积（亩）"], ["ＰＤ-01", 15]))
    [work] = found.works
    assert (work.pk, work.fields) == (kept.pk, {"area_ha": "1.0000"})


@pytest.mark.parametrize(("content", "why"), [
    (book(["名称", "面积"], ["甲", 1]), "认不出表头"), (book(["地块编号"], ["甲"]), "认不出表头"), (book(), "认不出表头"),
    (book(["地块编号", "颜色"], ["甲", "红"]), "认不出表头"),
    (book(HEADS, *ROWS, merge=("D2:D3",)), "第2行有合并单元格"), (book(HEADS, *ROWS, merge=("B3:C3",)), "第3行有合并单元格"),
])  # fmt: skip
def test_a_sheet_whose_rows_or_heads_cannot_be_told_is_refused_with_the_reason(district, content, why):
    found = read(district, content)
    assert why in found.problems[0]
    assert found.works == []


def test_a_head_in_a_unit_of_another_kind_is_not_taken(district):
    found = read(district, book(["地块编号", "用地面积（万元）", "建筑面积"], ["A", 3, 4]))
    assert "没有读入的列：用地面积（万元）" in found.told
    assert [line.note for line in found.refused] == ["必填，表里没有这一列"]


def test_projects_and_works_come_in_likewise(district):
    sheet = book(["工程名称", "总投资（亿元）", "类型", "进度"], ["能源站", 1.2, "能源", "未动工"], ["合计", 1.2])
    [work] = read(district, sheet, ProjectReader).works
    assert (work.fields["name"], work.fields["investment"], work.fields["category"]) == ("能源站", "12000.00", "能源")
    found = read(district, book(["道路名称", "长度（公里）", "类型"], ["规划一路", 1.5, "道路"]), WorkReader)
    assert [(work.fields["name"], work.fields["length_m"]) for work in found.works] == [("规划一路", "1500.0")]


def test_a_sheet_of_the_land_bureau_becomes_plots_in_the_browser_s_requests(client, district, people):
    client.force_login(people.preparer)
    upload = SimpleUploadedFile("出让台账.xlsx", FORMS["two lines"])
    seen = client.post(reverse("districts:plot_import", kwargs={"code": district.code}), {"workbook": upload})
    text = seen.content.decode()
    assert (seen.status_code, "按表头对应：" in text) == (200, True)
    answer = client.post(reverse("districts:plot_apply", kwargs={"code": district.code}), {"token": seen.context["token"]})
    assert answer.status_code == 302
    areas = dict(Plot.objects.filter(district=district).values_list("number", "area_ha"))
    assert areas == {"PD-01": Decimal("2.35"), "PD-02": Decimal("0.82")}


def hidden(content, *rows):
    """The workbook with rows hidden, as a filter leaves them too."""
    made = openpyxl.load_workbook(BytesIO(content))
    for row in rows:
        made.active.row_dimensions[row].hidden = True
    return saved(made)


def test_rows_that_a_sheet_hides_are_read_and_named(client, district, people):
    assert read(district, hidden(FORMS["title, note, total"], 6, 7)).hidden == ["第6行PD-02"]
    assert read(district, hidden(FORMS["another name and sheet"], 1)).hidden == []
    assert read(district, FORMS["one line"]).hidden == []
    plot = PlotFactory(district=district, number="PD-03")
    own = hidden(plot_book(district, [plot], {}), BOOK.first_row + 1)
    assert read(district, own).hidden == [f"第{BOOK.first_row + 1}行PD-03"]
    client.force_login(people.preparer)
    upload = SimpleUploadedFile("表.xlsx", hidden(FORMS["one line"], 2, 3))
    text = client.post(reverse("districts:plot_import", kwargs={"code": district.code}), {"workbook": upload}).content.decode()
    assert "表里有2行是隐藏或筛选掉的，也读入了：第2行PD-01、第3行PD-02" in " ".join(text.split())


# --- a range that was copied --------------------------------------------------------------------------------------------


def pasted(*lines):
    return "\r\n".join("\t".join("" if cell is None else str(cell) for cell in line) for line in lines)


def test_a_copied_range_is_read_previewed_and_written_like_a_workbook(client, district, people):
    client.force_login(people.preparer)
    address = reverse("districts:plot_import", kwargs={"code": district.code})
    seen = client.post(address, {"pasted": pasted(TITLE, HEADS, *ROWS, TOTAL, NOTE)})
    assert (seen.status_code, seen.context["preview"].told) == (200, read(district, FORMS["title, note, total"]).told)
    assert "PD-01\t070102" in seen.content.decode()  # what was pasted stays
    client.post(reverse("districts:plot_apply", kwargs={"code": district.code}), {"token": seen.context["token"]})
    plots = {row.number: (row.area_ha, row.land_use_code) for row in Plot.objects.filter(district=district)}
    assert plots == {"PD-01": (Decimal("2.35"), "070102"), "PD-02": (Decimal("0.82"), "0901")}
    assert district.imports.get().file_name == "粘贴的表格"
    again = client.post(address, {"pasted": pasted(HEADS, *ROWS)})
    assert "没有要写入的改动" in again.content.decode()


@pytest.mark.parametrize("name", ["key_project", "work"])
def test_projects_and_works_are_pasted_likewise(client, district, people, name):
    head, row = {
        "key_project": ("工程名称\t总投资（亿元）\t类型", "能源站\t1.2\t能源"),
        "work": ("道路名称\t长度（公里）\t类型", "规划一路\t1.5\t道路"),
    }[name]
    client.force_login(people.preparer)
    seen = client.post(reverse(f"districts:{name}_import", kwargs={"code": district.code}), {"pasted": f"{head}\n{row}"})
    client.post(reverse(f"districts:{name}_apply", kwargs={"code": district.code}), {"token": seen.context["token"]})
    stored = [*district.key_projects.values_list("name", "investment"), *district.works.values_list("name", "length_m")]
    assert stored == [("能源站", 12000) if name == "key_project" else ("规划一路", 1500)]


def test_cells_of_a_copied_range_keep_what_they_are():
    text = '070102\t901\t-0.50\t1234567890123456\t=1+1\t"两行\n一格"\t1,200\t'
    [[row]] = grids(pasted_workbook(text), rows=3, columns=7).values()
    assert [cell.value for cell in row] == ["070102", 901, -0.5, "1234567890123456", "=1+1", "两行\n一格", "1,200"]
    assert row[4].kind == "s"


NOTHING = "请选择填好的工作簿，或粘贴表格"


@pytest.mark.parametrize(("sent", "why"), [
    ({"pasted": "地块编号 面积"}, "不是表格里的单元格"), ({"pasted": " "}, NOTHING), ({}, NOTHING),
    ({"pasted": pasted(HEADS, *ROWS), "workbook": SimpleUploadedFile("a.xlsx", b"x")}, "只能选一种"),
    ({"pasted": pasted(["甲", "乙"], ["丙", "丁"])}, "认不出表头"), ({"pasted": "a" + "\t" * 300}, "内容过多"),
    ({"pasted": "a\t" + "x" * 140_000}, "有一格过长"),
])  # fmt: skip
def test_what_is_no_copied_range_is_refused(client, district, people, sent, why):
    client.force_login(people.preparer)
    answer = client.post(reverse("districts:plot_import", kwargs={"code": district.code}), sent)
    assert (answer.status_code, why in answer.content.decode()) == (422, True)


# --- heads that nobody knows --------------------------------------------------------------------------------------------

ODD = [["台账（虚构）"], ["宗地标识", "大小（亩）", "备用", "地块编号是什么"], ["PD-09", 15, "x", "y"], ["PD-10", 30, "x", "y"]]


@pytest.fixture
def page(client, district, people):
    """Posts to the import page of the plots."""
    client.force_login(people.preparer)
    address = reverse("districts:plot_import", kwargs={"code": district.code})
    return lambda data: client.post(address, data)


def choices(answer):
    """The heads that are asked about, and the columns that are offered for each."""
    tree = lxml.html.fromstring(answer.content)
    offered = {tuple(select.xpath("./option/@value")) for select in tree.xpath('//select[@name="column"]')}
    return tree.xpath('//input[@name="head"]/@value'), [*offered.pop()] if offered else []


def test_columns_are_chosen_for_heads_that_nobody_knows_and_remembered(page, client, district, people):
    seen = page({"workbook": SimpleUploadedFile("台账.xlsx", book(*ODD))})
    assert (seen.status_code, seen.context["token"]) == (422, "")
    heads, columns = choices(seen)
    assert (heads, columns[:3]) == (ODD[1], ["", "地块编号", "所在分区"])
    again = page({"kept": seen.context["kept"], "head": heads, "column": ["地块编号", "用地面积 公顷", "", ""]})
    assert again.context["preview"].told[0] == "按表头对应：宗地标识→地块编号、大小（亩）→用地面积 公顷"
    assert (choices(again)[0], again.context["asked"]["宗地标识"]) == (ODD[1], "地块编号")  # what was chosen may be chosen otherwise
    assert (choices(again)[1].count("地块编号"), again.context["asked"]["备用"]) == (1, "")
    client.post(reverse("districts:plot_apply", kwargs={"code": district.code}), {"token": again.context["token"]})
    assert dict(district.plots.values_list("number", "area_ha")) == {"PD-09": 1, "PD-10": 2}
    kept = district.imports.get()
    assert (kept.file_name, kept.heads) == ("台账.xlsx", {"宗地标识": "地块编号", "大小": "用地面积 公顷"})
    found = page({"pasted": pasted(["宗地标识", "大小（㎡）"], ["PD-11", 5000])})
    assert [work.fields["area_ha"] for work in found.context["preview"].works] == ["0.5000"]
    sister, stranger = make_district(people), DistrictFactory()
    asked = ((sister, "plots"), (sister, "works"), (stranger, "plots"))
    assert [remembered_heads(*one) for one in asked] == [kept.heads, {}, {}]
    District.objects.update(applicant=None)
    assert [remembered_heads(District.objects.get(pk=one.pk), "plots") for one in (district, sister)] == [kept.heads, {}]
    District.objects.update(applicant=people.applicant_body)
    undo_import(done=kept, by=people.preparer)
    assert remembered_heads(sister, "plots") == {}


def test_a_chosen_column_does_not_take_a_unit_of_another_kind(page):
    seen = page({"pasted": pasted(["宗地标识", "大小（万元）"], ["PD-09", 15])})
    found = page({"kept": seen.context["kept"], "head": choices(seen)[0], "column": ["地块编号", "用地面积 公顷"]})
    assert "认不出表头" in found.content.decode()


def test_choosing_one_by_one_keeps_what_was_chosen_before(page):
    seen = page({"pasted": pasted(*ODD)})
    first = page({"kept": seen.context["kept"], "head": ODD[1], "column": ["地块编号", "用地面积 公顷", "", ""]})
    second = page({"kept": first.context["kept"], "head": ["备用"], "column": ["建设单位（权属）"]})
    assert [work.fields["owner"] for work in second.context["preview"].works] == ["x", "x"]
    assert page({"kept": "forged", "head": ODD[1], "column": ["地块编号"] * 4}).status_code == 409


# --- heads that are nearly known ----------------------------------------------------------------------------------------


def test_a_head_with_a_letter_more_and_a_column_told_by_what_stands_in_it_are_shown_and_may_be_refused(page, district):
    kept = PlotFactory(district=district, number="PD-01")
    lines = [["代号", "用地面积数（㎡）", "怎么拿的地", "建设单位名", "片区"], ["PD-01", 23500, "划拨", "甲（虚构）", "甲区"]]
    seen = page({"pasted": pasted(*lines)})
    told = seen.context["preview"].told[0]
    guesses = "用地面积数（㎡）→用地面积 公顷（写法相近，请核对）、建设单位名→建设单位（权属）（写法相近，请核对）"
    assert guesses in told
    assert ("代号→地块编号（按内容，请核对）" in told, "怎么拿的地→取得方式（按内容，请核对）" in told) == (True, True)
    [work] = seen.context["preview"].works
    assert (work.pk, work.fields["area_ha"], work.fields["owner"]) == (kept.pk, "2.3500", "甲（虚构）")
    heads = ["用地面积数（㎡）", "建设单位名"]
    again = page({"kept": seen.context["kept"], "head": heads, "column": ["用地面积 公顷", ""]}).context["preview"]
    assert ([work.fields.get("owner") for work in again.works], again.unread) == ([None], ["建设单位名"])


@pytest.mark.parametrize("head", ["地下建筑面积", "绿地面积", "面积", "计划完工"])
def test_a_head_that_is_another_s_is_not_taken(district, head):
    found = read(district, book(["地块编号", "用地面积（㎡）", head], ["PD-01", 23500, 3]))
    assert (found.guessed, found.unread) == ({}, [head])


@pytest.mark.parametrize(
    ("reader", "heads", "unread"),
    [
        (PlotReader, ["地块编号", "建设单位", "规划用地面积", "现状用地面积"], ["规划用地面积", "现状用地面积"]),
        (PlotReader, ["地块编号", "上年用地面积", "本年用地面积"], ["上年用地面积"]),
        (WorkReader, ["设施名称", "设施类型", "预计竣工日期"], ["预计竣工日期"]),
        (WorkReader, ["设施名称", "计划竣工日期"], []),
        (ProjectReader, ["项目名称", "项目类型", "本年计划投资额"], ["本年计划投资额"]),
        (ProjectReader, ["项目名称", "计划总投资"], []),
    ],
)
def test_of_figures_of_several_years_or_purposes_none_is_taken_for_another(district, reader, heads, unread):
    found = read(district, book(heads, ["甲（虚构）", *["1"] * (len(heads) - 1)]), reader)
    assert (found.problems, found.unread) == ([], unread)


PLANNED = ["设施名称", "计划", None, "实际", None], [None, "开工日期", "竣工日期", "开工日期", "竣工日期"]
WORK = ["甲路", "2026-01-01", "2026-09-01", "2026-02-01", "2026-10-01"]
DATES = {"planned_start": "2026-01-01", "planned_finish": "2026-09-01", "started_on": "2026-02-01", "built_on": "2026-10-01"}
YEARS = [None, "上年", "本年"], ["项目名称", "投资额", "投资额"]
AREAS = [None, "用地面积", "建筑面积", "用地面积", "建筑面积"]
PLOT = ["地块编号", "用地面积", "建筑面积"], ["甲", 1, 2]
PARTS, PARTED = ["地块编号", "总建筑面积", "地上建筑面积", "地下建筑面积", "用地面积"], ["甲", 3, 2, 1, 4]
PROJECT = ["项目名称", "类别", "投资额"], ["甲", "能源", 1]
DAYS = ["设施名称", "类型", "开工日期"], ["甲路", "道路", "2026-02-01"]


@pytest.mark.parametrize(("reader", "lines", "merge", "fields", "told"), [
    (WorkReader, (*PLANNED, WORK), ("A1:A2", "B1:C1", "D1:E1"), DATES, ""),
    (WorkReader, ([None, *PLANNED[0][1:]], ["设施名称", *PLANNED[1][1:]], WORK), ("B1:C1", "D1:E1"), DATES, ""),
    (WorkReader, (*PLANNED, WORK), (), {"started_on": "2026-02-01", "built_on": "2026-10-01"}, ""),
    (WorkReader, (TITLE, ["设施名称", "一期", None, "二期"], PLANNED[1], WORK), ("A1:E1",), {}, "认不出表头"),
    (WorkReader, (["设施名称", "建设计划"], [None, "竣工日期"], WORK[:2]), ("A1:A2",), {"planned_finish": "2026-01-01"}, ""),
    (ProjectReader, (["项目名称", *YEARS[0][1:]], [None, *YEARS[1][1:]], ["甲", 1, 2]), ("A1:A2",), {"investment": "2.00"}, "上年投资额"),
    (ProjectReader, (*YEARS, ["甲", 1, 2]), (), {"investment": "2.00"}, "没有读入的列：上年投资额"),
    (ProjectReader, (["项目名称", "投资额", None], [None, "计划", "实际"], ["甲", 1, 2]), (), {}, "认不出表头"),
    (WorkReader, (["设施名称", "开工日期", None], [None, "计划", "实际"], WORK[:3]), (), {}, "认不出表头"),
    (ProjectReader, (["项目名称", "投资额"], [None, 9], ["甲", 1]), (), {"investment": "1.00"}, ""),
    (ProjectReader, ([None, "本年", "累计"], YEARS[1], ["甲", 1, 2]), (), {}, "认不出表头"),
    (
        PlotReader, (["地块编号", "上年", None, "本年", None], AREAS, ["甲", 1, 2, 3, 4]), ("A1:A2", "B1:C1", "D1:E1"),
        {"area_ha": "3.0000", "floor_area": "4.00"}, "上年用地面积、上年建筑面积",
    ),
    (
        PlotReader, (["地块编号", "现状", None, "规划", None], AREAS, ["甲", 1, 2, 3, 4]), ("A1:A2", "B1:C1", "D1:E1"),
        {"area_ha": None, "floor_area": "4.00"}, "现状用地面积、现状建筑面积、规划用地面积",
    ),
    (PlotReader, (["地块编号", "其中"], [None, "建筑面积"], ["甲", 1]), ("A1:A2",), {}, "认不出表头"),
    (PlotReader, (["附表", "绿色建筑用地"], ["地块编号", "用地面积", "建筑面积"], ["甲", 1, 2]), ("B1:C1",), {"area_ha": "1.0000"}, ""),
    (PlotReader, ([None, "未出让地块"], ["地块编号", "用地面积", "建筑面积"], ["甲", 1, 2]), (), {"area_ha": "1.0000"}, ""),
    (PlotReader, (["甲区", None, "不含道路"], PLOT[0], PLOT[1]), (), {"floor_area": None}, "没有读入的列：不含道路建筑面积"),
    (PlotReader, ([None, "已供", "未供应地块"], ["地块编号", "用地面积", "用地面积"], ["甲", 1, 2]), (), {"area_ha": "1.0000"}, "未供应"),
    (PlotReader, (["不动产登记", None], ["宗地编号", "用地面积"], ["甲", 1]), ("A1:B1",), {"area_ha": "1.0000"}, ""),
    (
        ProjectReader, (["年度建设计划", None, "投资"], ["项目名称", "类别", "投资额"], ["甲", "能源", 1]), ("A1:B1",),
        {"investment": "1.00"}, "",
    ),
    (PlotReader, (["地块编号", "规划用地面积（公顷）", "规划用地面积（亩）"], ["甲", 1, 15]), (), {"area_ha": "1.0000"}, "（亩）"),
    (PlotReader, (["地块编号", "规划用地面积（亩）", "规划用地面积（公顷）"], ["甲", 15, 1]), (), {"area_ha": "1.0000"}, "（公顷）"),
    # words within a head
    (ProjectReader, (["项目名称", "绿色低碳投资额"], ["甲", 1]), (), {}, "认不出表头"),
    (ProjectReader, (["项目名称", "总投资（含税）", "不含税总投资"], ["甲", 1, 2]), (), {}, "认不出表头"),
    (PlotReader, (["地块编号", "用地面积", "绿色低碳建筑面积"], PLOT[1]), (), {"floor_area": None}, "绿色低碳建筑面积"),
    (PlotReader, (["地块编号", "用地面积", "未来建筑面积"], PLOT[1]), (), {"floor_area": None}, "未来建筑面积"),
    (PlotReader, (["地块编号", "不含道路用地面积", "建筑面积"], PLOT[1]), (), {"area_ha": None}, "不含道路用地面积"),
    (ProjectReader, (["项目名称", "类别", "上一年度投资额"], PROJECT[1]), (), {"investment": None}, "上一年度投资额"),
    *((ProjectReader, ([None, None, one], *PROJECT), (), {"investment": None}, one) for one in ("不含税", "未来五年", "上个年度", "前期")),
    # a unit above
    (PlotReader, (["地块编号", "面积（亩）"], [None, "用地面积"], ["甲", 15]), ("A1:A2",), {"area_ha": "1.0000"}, "面积（亩）用地面积→"),
    (
        ProjectReader, (["项目名称", "类别", "投资（亿元）"], [None, None, "投资额"], PROJECT[1]), ("A1:A2", "B1:B2"),
        {"investment": "10000.00"}, "",
    ),
    (PlotReader, ([None, "面积（亩）"], ["地块编号", "用地面积"], ["甲", 15]), (), {"area_ha": "1.0000"}, ""),
    (PlotReader, ([None, None, "规模（万㎡）"], *PLOT), (), {"area_ha": "1.0000", "floor_area": "20000.00"}, "规模（万㎡）建筑面积→"),
    (PlotReader, ([None, "亩"], ["地块编号", "用地面积"], ["甲", 15]), (), {"area_ha": "1.0000"}, ""),
    (PlotReader, ([None, "指标（亩）", None], PLOT[0], ["甲", 15, 2]), (), {"area_ha": "1.0000", "floor_area": "2.00"}, ""),
    # years below
    (ProjectReader, (["项目名称", "类别", "投资额"], [None, None, 2025, 2026], [*PROJECT[1], 2]), (), {"investment": None}, "投资额2025"),
    (ProjectReader, (["项目名称", "投资额"], [None, "上年", "本年"], ["甲", 1, 2]), ("B1:C1",), {"investment": "2.00"}, "投资额上年"),
    (ProjectReader, (["序号", "项目名称", "投资额"], [None, None, 2025, 2026], [1, "甲", 1, 2]), (), {}, "认不出表头"),
    (WorkReader, (["序号", "设施名称", "类型"], [None, "甲路", "道路", "在建"]), (), {"kind": "道路"}, "没有读入的列：序号"),
    # lines between
    *((ProjectReader, (YEARS[0], one, YEARS[1], ["甲", 1, 2]), (), {"investment": "2.00"}, "上年") for one in ([], [None, "万元", "万元"])),
    (ProjectReader, ([None, "上年", "本年"], ["项目名称", "投资额（亿元）", "投资额"], ["甲", 1, 2]), (), {"investment": "2.00"}, "上年"),
    (ProjectReader, (["项目名称", "投资额", "投资额"], ["甲", 1, 2]), (), {}, "认不出表头"),
    (ProjectReader, (["项目名称", "投资额", None], ["甲", 1]), ("B1:C1",), {"investment": "1.00"}, ""),
    (ProjectReader, (["名称", "状态"], ["乙", "计划"], [], *PROJECT), (), {"investment": "1.00"}, ""),
    # titles and groups
    *(
        (WorkReader, ([None, word], DAYS[0], DAYS[1]), merge, {"started_on": DAYS[1][2] if is_read else None}, "")
        for word, is_read in (("2026年度建设计划", True), ("上年度建设项目", False), ("计划开竣工时间", False))
        for merge in ((), ("B1:C1",))
    ),
    (WorkReader, ([None, "年度开工竣工计划"], PLANNED[1][:3], WORK[:3]), (), {}, "认不出表头"),
    *(
        (PlotReader, ([None, word], *PLOT), merge, {"area_ha": "1.0000", "floor_area": "2.00"}, "")
        for word in ("2026年目标任务分解", "地下空间开发地块")
        for merge in ((), ("B1:C1",))
    ),
    *(
        (PlotReader, (["填报单位", "某管委会", "计划年度", 2026], *more, [*PLOT[0], "备注"], PLOT[1]), (), {"floor_area": "2.00"}, "备注")
        for more in ((), ([],))
    ),
    *((PlotReader, ([None, None, one], PARTS, PARTED), (), {"area_ha": "4.0000", "floor_area": "3.00"}, one) for one in ("其中", "其中：")),
])  # fmt: skip
def test_words_over_a_head_tell_whose_it_is(district, reader, lines, merge, fields, told):  # noqa: PLR0917
    for make, key in ((PlotFactory, {"number": "甲"}), (KeyProjectFactory, {"name": "甲"}), (WorkFactory, {"name": "甲路"})):
        make(district=district, **key)
    found = read(district, book(*lines, merge=merge), reader)
    assert [{name: work.fields.get(name) for name in fields} for work in found.works] == ([fields] if fields else [])
    assert told in "；".join([*found.told, *found.problems])


def test_a_column_that_is_called_alike_is_proposed(page):
    seen = page({"pasted": pasted(["宗地编号", "用地面枳"], ["PD-09", 15])})
    options = lxml.html.fromstring(seen.content).xpath('//select[@name="column"]/option[@selected]/@value')
    assert options == ["地块编号", "用地面积 公顷"]


def test_all_faults_of_a_row_are_said_at_once(district):
    found = read(district, book(["宗地编号", "土地用途", "用地面积（㎡）", "实际开工"], ["PD-01", "R2", 2_000_000_000, "2099-01-01"]))
    notes = {line.address: line.note for line in found.refused}
    assert (sorted(notes), "旧版用地代码" in notes["B2"], notes["D2"]) == (["B2", "C2", "D2"], True, "开工日期不能晚于今天")


# --- the whole way ------------------------------------------------------------------------------------------------------


def bureau_sheet(count=40):
    """A ledger as a land bureau keeps it: two lines of heads, streets with subtotals, 亩, classes of before 2023, notes below."""
    heads = [
        ["序号", "宗地信息", None, None, "规划条件", None, "出让情况", None, None, "备注"],
        [None, "宗地编号", "土地用途", "出让面积（亩）", "计容建筑面积\n（万㎡）", "容积率", "受让人", "供地方式", "成交日期", None],
    ]
    lines = [["演示新城2026年经营性用地出让台账（虚构）"], ["单位：演示新城规划资源局（虚构）"], *heads]
    for at in range(1, count + 1):
        use, way = ("M1", "B1商业", "R21", "G1")[at % 4], ("挂牌", "划拨", "拍卖")[at % 3]
        day = ("2026年3月1日", "2026/3/1", 46082, "20260301")[at % 4]
        lines.append([at, f"PDC1-{at:02}", use, at + 14, round(0.8 + at / 10, 1), 2, "演示甲公司（虚构）", way, day, None])
        if not at % 10:
            lines.append([f"街道{at // 10}小计", None, None, 200, 10])
    return book(
        *lines, ["合计", None, None, 800, 40], ["注：面积以批准文件为准"], merge=("A1:J1", "B3:D3", "E3:F3", "G3:I3", "A3:A4", "J3:J4")
    )


def test_the_ledger_of_a_land_bureau_is_stored_in_four_steps(client, district, people):
    client.force_login(people.preparer)
    begun, named = time.monotonic(), {"code": district.code}
    listed = client.get(reverse("districts:plot_list", kwargs=named))  # 1: the list
    address = reverse("districts:plot_import", kwargs=named)
    assert address in listed.content.decode()
    client.get(address)  # 2: its import
    seen = client.post(address, {"workbook": SimpleUploadedFile("出让台账.xlsx", bureau_sheet())})  # 3: the file as it is
    assert (seen.status_code, seen.context["preview"].refused, len(seen.context["preview"].added)) == (200, [], 40)
    assert "没有读入的列：容积率" in "".join(seen.context["preview"].told)
    client.post(reverse("districts:plot_apply", kwargs=named), {"token": seen.context["token"]})  # 4: written
    stored = {row.number: row for row in district.plots.all()}
    first = stored["PDC1-01"]
    assert (first.area_ha, first.floor_area, first.land_use_code, first.acquisition) == (1, 9000, "0901", "allocation")
    assert (len(stored), stored["PDC1-03"].buildable, stored["PDC1-04"].land_use_code) == (40, False, "100101")
    assert time.monotonic() - begun < 180


@pytest.mark.parametrize("written", ["1.10", "1.1", "2.50", "12", "0.000"])
def test_a_number_as_a_key_keeps_the_decimals_that_it_shows(district, written):
    pasted = pasted_workbook(f"地块编号\t用地性质\t用地面积\n{written}\t070102\t2.50\n")
    book = openpyxl.Workbook()
    for at, row in enumerate((["地块编号", "用地性质", "用地面积"], [float(written), "070102", 2.5]), start=1):
        for column, value in enumerate(row, start=1):
            book.active.cell(at, column, value)
    decimals = written.partition(".")[2]
    book.active["A2"].number_format = f"0.{'0' * len(decimals)}" if decimals else "General"
    for content in (pasted, saved(book)):
        seen = read(district, content)
        assert (seen.added, seen.refused) == ([written], [])
        assert "文本格式的数字" not in str(vars(seen))


@pytest.mark.parametrize("format_of_key", ["General", "0.00"])
def test_a_number_without_end_is_refused_where_it_stands(district, format_of_key):
    content = book(["地块编号", "用地面积（㎡）", "用地性质"], [54321, 1, "1001"], ["A-2", 54321, "1001"])
    made = openpyxl.load_workbook(BytesIO(content))
    made.active["A2"].number_format = format_of_key
    found = read(district, replaced(saved(made), b"54321", b"1E999"))
    assert [(line.address, line.note) for line in found.refused] == [("A2", "数值过大，或者不是数"), ("B3", "数值过大，或者不是数")]


def test_keys_that_only_count_are_never_told_by_what_stands_in_a_column(district):
    for number in range(1, 4):
        PlotFactory(district=district, number=str(number), area_ha=number)
    found = read(district, book(["序号", "用地面积（公顷）", "用地性质"], *([number, 9, "1001"] for number in range(1, 4))))
    assert (found.works, "认不出表头" in found.problems[0]) == ([], True)


@pytest.mark.parametrize(("above", "found"), [(MOST_ABOVE, 1), (MOST_ABOVE + 2, 0)])
@pytest.mark.parametrize("form", ["workbook", "CSV"])
def test_heads_of_two_lines_stand_below_as_many_titles_in_a_workbook_as_in_a_text(page, form, above, found):
    lines = [["一览表（虚构）", f"第{at}项"] for at in range(above)] + [["宗地", "用地"], ["编号", "面积"], ["PD-01", 1]]
    content = book(*lines) if form == "workbook" else "\n".join(f"{one},{other}" for one, other in lines).encode()
    seen = page({"workbook": SimpleUploadedFile("台账.xlsx" if form == "workbook" else "台账.csv", content)})
    assert len(seen.context["preview"].works if seen.context.get("preview") else ()) == found


def test_what_is_said_of_absent_columns_is_true_of_own_workbooks_and_of_others(page, district):
    def own(*, beside):
        made = openpyxl.load_workbook(BytesIO(plot_book(district, [plot], {})))
        sheet = made[BOOK.sheet]
        sheet.delete_cols(6)
        if beside:
            sheet.cell(BOOK.head_row + 1, 42, "备注")
        return page({"workbook": SimpleUploadedFile("地块.xlsx", saved(made))}).content.decode()

    plot = PlotFactory(district=district, number="PD-01")
    assert "工作簿里没有“建设单位（权属）”列，这些内容不变" in own(beside=False)
    asked = own(beside=True)
    assert ("应为“建设单位（权属）”，列可能被移动" in asked, "这些内容不变" in asked, "平台上的内容不变" in asked) == (True, False, False)
    text = page({"pasted": pasted(["宗地编号", "用地面积", "备注"], ["PD-01", 1, "x"])}).content.decode()
    assert ("表里没有的列，平台上的内容不变" in text, "工作簿里没有“" in text) == (True, False)
