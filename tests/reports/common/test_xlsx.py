from io import BytesIO

import pytest
from openpyxl import load_workbook

from reports.common.book import ReportBook


def rows(book, sheet):
    return [list(row) for row in book[sheet].iter_rows(min_row=4, values_only=True)]


@pytest.fixture
def district(district_report):
    return load_workbook(BytesIO(district_report.xlsx))


@pytest.fixture
def city(city_report):
    return load_workbook(BytesIO(city_report.xlsx))


def test_district_workbook_holds_the_figures(district, district_report):
    shown = district_report.figures
    assert district.sheetnames == ["概况", "章得分", "条文", "自评报告"]
    overview = {row[0]: row[1] for row in rows(district, "概况")}
    assert overview["总分"] == float(shown.total)
    assert overview["自查编号"] == shown.number
    assert overview["数据校验值"] == shown.digest
    assert overview["控制项不满足"] == "4.1.2"
    shares = [(one.title, "" if one.bonus else float(one.score)) for one in shown.chapters]
    assert [(row[1], row[5]) for row in rows(district, "章得分")] == shares
    assert [row[0] for row in rows(district, "条文")] == [item.id for item in shown.items]
    assert [row[3] for row in rows(district, "条文")] == [float(item.points) if item.points else "" for item in shown.items]
    assert [tuple(row) for row in rows(district, "自评报告")] == [tuple(one) for one in shown.sections]


def test_city_workbook_holds_the_figures(city, city_report):
    shown = city_report.figures
    found = rows(city, "城区")
    assert [row[1] for row in found] == [*(row.district.name for row in shown.districts), "平均"]
    assert [row[6] for row in found[:-1]] == [float(row.total) for row in shown.districts]
    assert found[-1][9:] == [float(mean) for _, mean in shown.means()]
    assert [row[1] for row in rows(city, "条文")] == [item.id for item in city_report.content["clauses"]]
    assert len({row[0] for row in rows(city, "条文")}) == len(shown.districts) == 3


@pytest.mark.parametrize("book", ["district", "city"])
def test_every_sheet_is_marked_and_repeats_its_head(book, request):
    for sheet in request.getfixturevalue(book):
        assert sheet["A2"].value == "演示数据　参考版，不是官方标准条文；星级为推定"
        assert sheet.freeze_panes == "A4"
        assert sheet.print_title_rows == "$3:$3"


@pytest.mark.parametrize("book", ["district", "city"])
def test_no_cell_is_a_formula_or_a_link(book, request):
    for sheet in request.getfixturevalue(book):
        assert all(cell.data_type in {"s", "n"} and cell.hyperlink is None for row in sheet.iter_rows() for cell in row)


def test_text_that_looks_like_a_formula_stays_text():
    book = ReportBook()
    book.sheet(
        "表", "标题", "", head=["a"], rows=[["=1+1"], ["+cmd|' /C calc'!A0"], ["@x"], ["-1"], ["http://x.invalid"], ["007"]], widths=[10]
    )
    sheet = load_workbook(BytesIO(book.content()))["表"]
    assert [sheet.cell(row, 1).value for row in range(4, 10)] == ["=1+1", "+cmd|' /C calc'!A0", "@x", "-1", "http://x.invalid", "007"]
    assert {sheet.cell(row, 1).data_type for row in range(4, 10)} == {"s"}
