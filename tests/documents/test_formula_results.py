"""Formulas: the result that the workbook keeps is offered and never taken unasked; hidden rows are marked where they stand."""

import re
import time
import zipfile
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.bulk.takeover import TakeoverReader
from assessments.workbook.score_table import BOOK, ScoreBook
from districts.plots.workbook import PlotReader, plot_book
from greendistrict.core import clock
from greendistrict.documents.workbooks.comparison import RESULT_ASKED, compare, given_of, read_sealed
from greendistrict.documents.workbooks.grids import grids, with_results
from tests.factories.districts import PlotFactory, make_district
from tests.factories.workbooks import book_in_memory, cell, replaced, saved, sheet_in_memory

pytestmark = pytest.mark.django_db
HEADS = ["地块编号", "用地面积（公顷）", "用地性质"]


def counted(*rows, heads=(HEADS,)):
    """A workbook as a spreadsheet saves it: each pair is a formula and its result."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("地块清单")
    for at, row in enumerate([*heads, *rows]):
        for column, one in enumerate(row):
            if isinstance(one, tuple):
                sheet.write_formula(at, column, one[0], None, one[1])
            else:
                sheet.write(at, column, one)
    book.close()
    return stream.getvalue()


def test_a_cell_knows_the_result_of_its_formula_and_errors_have_none():
    content = counted(["A-1", ("=1+1.5", 2.5), ("=1/0", "#DIV/0!")])
    row = grids(content, rows=9, columns=9)["地块清单"][1]
    assert [(one.kind, one.result) for one in row][:2] == [("s", None), ("f", 2.5)]
    assert openpyxl.load_workbook(BytesIO(with_results(content)))["地块清单"]["B2"].value == 2.5
    plain = openpyxl.Workbook()
    plain.active["A1"] = "=1+1"  # never calculated
    assert openpyxl.load_workbook(BytesIO(with_results(saved(plain)))).active["A1"].value == "=1+1"


def test_a_list_offers_the_results_and_reads_them_once_somebody_says_so(client, people):
    district = make_district(people)
    client.force_login(people.preparer)
    where = reverse("districts:plot_import", kwargs={"code": district.code})
    content = counted(["A-1", ("=1+1.5", 2.5), "1001"], ["A-2", 1.5, "1001"])
    page = client.post(where, {"workbook": SimpleUploadedFile("地块.xlsx", content)})
    words = page.content.decode()
    assert (page.status_code, "这是公式，工作簿里保存的结果是2.5" in words, "有1格是公式" in words) == (422, True, True)
    assert page.context["preview"].added == ["A-2"]
    again = client.post(where, {"kept": page.context["kept"], "results": "1"})
    assert (again.status_code, again.context["preview"].added) == (200, ["A-1", "A-2"])
    assert "公式按工作簿里保存的结果读入" in again.content.decode()
    assert again.context["preview"].works[0].fields["area_ha"] == "2.5000"


def test_a_score_table_asks_cell_by_cell(client):
    book, sheet = book_in_memory(), sheet_in_memory()
    target = cell(book, "7.2.6")
    target.value = "=1+1"
    found = read_sealed(ScoreBook(sheet, clock.now()), saved(book))
    assert [line.note for line in found.refused] == ["这是公式，请改成结果（复制后选择性粘贴为数值）"]  # never calculated
    content = kept_result(saved(book), target.coordinate, "66")
    found = read_sealed(ScoreBook(sheet, clock.now()), content)
    [question] = found.questions
    assert (question.line.address, question.line.note, found.changed) == (target.coordinate, RESULT_ASKED, [])
    chosen = compare(ScoreBook(sheet, clock.now()), given_of(found.work()), {target.coordinate: "0"})
    assert (len(chosen.edits), chosen.undecided) == (1, 0)
    kept = compare(ScoreBook(sheet, clock.now()), given_of(found.work()), {target.coordinate: "keep"})
    assert (len(kept.edits), kept.undecided) == (0, 0)


def kept_result(content, address, result):
    """The workbook with a result beside a formula, as a spreadsheet saves it."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.startswith("xl/worksheets/"):
                data = re.sub(
                    rf'(<c r="{address}"[^>]*><f>[^<]*</f>)<v\s*/?>(?:</v>)?'.encode(), rb"\1<v>" + result.encode() + b"</v>", data
                )
            new.writestr(entry, data)
    return out.getvalue()


def test_hidden_rows_are_marked_where_they_stand(people):
    district = make_district(people)
    plots = [PlotFactory(district=district, number=number, area_ha=1) for number in ("A-1", "A-2")]
    book = openpyxl.load_workbook(BytesIO(plot_book(district, plots, {})))
    sheet = book["地块"]
    at = {one.value: one.column for one in sheet[3]}
    for row, number, area in ((4, "A-1", 2), (5, "A-2", 3), (6, "A-3", 4), (7, "A-4", "约5")):
        sheet.cell(row, at["地块编号"], number)
        sheet.cell(row, at["用地面积 公顷"], area)
        sheet.row_dimensions[row].hidden = row != 5
    found = PlotReader(district, clock.today()).read(saved(book))
    marked = {line.key: "隐藏或筛选掉" in line.note for line in (*found.changed, *found.noted, *found.refused)}
    assert marked == {"A-1": True, "A-2": False, "A-3": True, "A-4": True}


def test_hidden_lines_of_a_score_table_are_named():
    book, sheet = book_in_memory(), sheet_in_memory()
    target = cell(book, "7.2.6")
    book[BOOK.sheet].row_dimensions[target.row].hidden = True
    assert read_sealed(ScoreBook(sheet, clock.now()), saved(book)).hidden == [f"第{target.row}行7.2.6"]


def test_a_cell_far_away_costs_nothing_when_results_are_taken():
    content = counted(["A-1", ("=1+1.5", 2.5), ('="甲"&"乙"', "甲乙")], *([[]] * 19_997), [*[""] * 49, ("=1/0", "#DIV/0!")])
    began = time.process_time()
    made = grids(with_results(content), rows=9, columns=9)["地块清单"]
    assert [cell.value for cell in made[1][:3]] == ["A-1", 2.5, "甲乙"]
    assert time.process_time() - began < 2  # of twenty thousand rows; opened to be written it takes a million cells
    far = replaced(content, rb"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A5:XFD1048576"/></mergeCells>')
    assert grids(with_results(far), rows=9, columns=9)["地块清单"][1][1].value == 2.5


def test_a_formula_over_several_cells_is_told_as_it_was_typed():
    book = openpyxl.Workbook()
    book.active["A1"] = openpyxl.worksheet.formula.ArrayFormula("A1:A2", "=SUM(B1:B2*C1:C2)")
    [grid] = grids(saved(book), rows=9, columns=1).values()
    cell = grid[0][0]
    assert (cell.kind, cell.value) == ("f", "=SUM(B1:B2*C1:C2)")


def test_a_table_of_what_if_is_told_as_a_formula():
    content = replaced(counted(["A-1", ("=1+1.5", 2.5)]), b"<f>1+1.5</f>", b'<f t="dataTable" ref="B2:B3" dt2D="0" dtr="0" r1="A1"/>')
    cell = grids(content, rows=9, columns=9)["地块清单"][1][1]
    assert (cell.kind, cell.value, cell.result) == ("f", "=TABLE(A1)", 2.5)


def test_formulas_of_columns_that_are_not_read_are_not_offered():
    def seen(sheet):
        return TakeoverReader("checks", clock.today()).read(sheet)

    beside = seen(counted(["城区", "年度", "出处", "小计"], ["没有的城", "2020", "公报", ("=1+1", 2)], heads=[]))
    read = seen(counted(["城区", "年度", "出处"], ["没有的城", ("=2000+20", 2020), "公报"], heads=[]))
    assert (beside.formulas, read.formulas) == (0, 1)
