"""A unit in a cell that is not the one of its head is read with a word at the cell, in every importer that takes a unit behind a head."""

from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from carbon.factor_library import library
from carbon.inventories.activity_rows import rows_of_paste
from carbon.metering.reading_file import parse
from districts.lists.workbooks import ProjectReader, WorkReader
from districts.plots.workbook import PlotReader
from greendistrict.core import clock
from greendistrict.documents.workbooks.pasted import pasted_workbook
from tests.factories.districts import make_district
from tests.factories.workbooks import saved

pytestmark = pytest.mark.django_db


def pasted(*lines):
    return pasted_workbook("\r\n".join("\t".join(map(str, line)) for line in lines))


@pytest.mark.parametrize(("reader", "heads", "cell", "field", "value", "note"), [
    (PlotReader, ("宗地编号", "用地面积（㎡）"), "2.5公顷", "area_ha", "2.5", "表头的单位是m²，这一格写的是公顷，按公顷读入，请核对"),
    (PlotReader, ("宗地编号", "用地面积（亩）"), "25000㎡", "area_ha", "2.5", "表头的单位是亩，这一格写的是㎡，按㎡读入，请核对"),
    (PlotReader, ("宗地编号", "用地面积（㎡）"), "2.5万㎡", "area_ha", "2.5", "表头的单位是m²，这一格写的是万㎡"),
    (ProjectReader, ("工程名称", "总投资（亿元）"), "12000万元", "investment", "12000", "表头的单位是亿元，这一格写的是万元"),
    (WorkReader, ("道路名称", "长度（公里）"), "1500米", "length_m", "1500", "表头的单位是公里，这一格写的是米"),
])  # fmt: skip
def test_a_cell_in_another_unit_than_its_head_is_said(people, reader, heads, cell, field, value, note):  # noqa: PLR0917
    found = reader(make_district(people), clock.today()).read(pasted(heads, ("甲-1", cell), ("甲-2", "2")))
    [said] = [line for line in found.noted if "这一格写的是" in line.note]
    assert (said.address, note in said.note) == ("B2", True)
    [given] = [work.fields for work in found.works if work.label == "甲-1"]
    assert Decimal(given[field]) == Decimal(value)


@pytest.mark.parametrize(("head", "cell", "value"), [
    ("用地面积（㎡）", "1.2万", "1.2"), ("用地面积（㎡）", "一万二千", "1.2"), ("用地面积（万㎡）", "1.2万", "1.2"),
    ("用地面积（㎡）", "12000平方米", "1.2"),
    ("用地面积（万㎡）", "1.2", "1.2"), ("用地面积（公顷）", "1.2", "1.2"),
])  # fmt: skip
def test_a_cell_without_a_unit_has_the_one_of_its_head_however_its_number_is_written(people, head, cell, value):
    found = PlotReader(make_district(people), clock.today()).read(pasted(("宗地编号", head), ("甲-1", cell)))
    assert [Decimal(work.fields["area_ha"]) for work in found.works] == [Decimal(value)]
    assert not any("这一格写的是" in line.note for line in found.noted)


def test_a_line_of_units_that_contradicts_the_head_is_said(people):
    found = PlotReader(make_district(people), clock.today()).read(pasted(("宗地编号", "用地面积（公顷）"), ("", "㎡"), ("甲-1", 25000)))
    assert "用地面积（公顷）→用地面积 公顷（表头的单位是公顷，下一行是㎡，按下一行，请核对）" in found.told[0]
    assert [Decimal(work.fields["area_ha"]) for work in found.works] == [Decimal("2.5")]


def test_it_stands_at_the_cell_of_the_preview(client, people):
    client.force_login(people.preparer)
    made = openpyxl.Workbook()
    for line in (("宗地编号", "用地面积（㎡）"), ("甲-1", "2.5公顷")):
        made.active.append(line)
    address = reverse("districts:plot_import", kwargs={"code": make_district(people).code})
    answer = client.post(address, {"workbook": SimpleUploadedFile("台账.xlsx", saved(made))})
    assert "表头的单位是m²，这一格写的是公顷，按公顷读入，请核对" in answer.content.decode()


def test_readings_say_which_lines_have_a_unit_of_their_own():
    lines = [
        "计量器具编号,时间,读数（MWh）,单位",
        *(f"E-{at},2024-03-01,{at},{unit}" for at, unit in enumerate(("kWh", "兆瓦时", "度", "kWh", ""), 1)),
    ]
    found = parse("a.csv", "\n".join(lines).encode())
    assert "表头的单位是MWh，第2行等2行的单位一栏是kWh，按单位一栏读入，请核对" in found.told
    assert ("第4行的单位一栏是度" in found.told, "兆瓦时" in found.told) == (True, False)
    assert [rows[0].unit for rows in found.readings.values()] == ["kWh", "兆瓦时", "度", "kWh", "MWh"]


def test_pasted_rows_of_an_inventory_say_it_too():
    lines = [
        "部门\t活动名称\t活动量（万kWh）\t单位",
        *(f"建筑运行\t用电\t12\t{unit}\telectricity-shanghai-guideline" for unit in ("kWh", "万度", "")),
    ]
    found = rows_of_paste("\n".join(lines), 2024, library())
    assert (len(found.rows), found.aside) == (3, ["第2行的单位“kWh”不是表头“活动量（万kWh）”的，按这一行的读入"])
