"""The list of plots against cells and workbooks as offices send them back (``odd_plots``): read, asked or refused, with which words."""

import re
from decimal import Decimal
from io import BytesIO
from itertools import chain

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.plots.models import Plot
from districts.plots.workbook import PlotReader, plot_book
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks.pages import taken_table
from tests.documents.odd_plots import (
    ALIKE,
    AREA,
    BOOKS,
    CELLS,
    FIRST,
    HEAD_LINE,
    KEYS,
    NEW_KEYS,
    OTHERS,
    OWN_BOOKS,
    OWN_KEYS,
    OWN_PACKAGES,
    PACKAGES,
    SHEET,
    USE,
    Outcome,
    Shown,
    edited,
    merged,
    package,
)  # fmt: skip
from tests.factories.districts import make_district
from tests.factories.workbooks import saved

pytestmark = pytest.mark.django_db
ASKING = re.compile("吗|是0还是|可以是|也可能|可能多|请补上|请写明|是一个范围|是算式")
FEW = 8  # rows of a workbook that is spoilt as a whole


@pytest.fixture
def district(people):
    made = make_district(people, area_km2=Decimal(50))
    use = {"land_use_code": "070102", "land_use": "二类城镇住宅用地"}
    rows = [Plot(district=made, number=f"YS01-{at:03}", sub_area="甲区", area_ha=Decimal("1.25"), **use) for at in range(1, 61)]
    Plot.objects.bulk_create(rows)
    return made


def exported(district, rows):
    return plot_book(district, district.plots.order_by("number")[:rows], {})


def previewed(district, content):
    reader = PlotReader(district, clock.today())
    return reader.read(taken_table(SimpleUploadedFile("地块.xlsx", content), reader.head_words()))


def put(cell, value):
    cell.value = value.value if isinstance(value, Shown) else value
    if isinstance(value, Shown):
        cell.number_format = value.form


def outcome(found, address):
    """What the preview says of a cell."""
    if why := [line.note for line in found.refused if line.address == address]:
        return Outcome("asked" if ASKING.search(why[0]) else "refused", None, why[0])
    lines = [line for line in (*found.changed, *found.noted) if line.address == address]
    return Outcome("read", lines[0].after if lines else None, lines[0].note if lines else "")


def agrees(found, wanted):
    return found[:2] == wanted[:2] and wanted.word in found.word


@pytest.mark.parametrize("label", CELLS)
def test_a_cell_is_read_asked_or_refused_as_the_office_meant_it(district, label):
    cases = dict(chain.from_iterable(part.items() for part in CELLS[label]))
    book = openpyxl.load_workbook(BytesIO(exported(district, len(cases))))
    sheet = book[SHEET]
    at = next(cell.column for cell in sheet[HEAD_LINE] if cell.value == label)
    cells = {name: sheet.cell(row, at) for row, name in enumerate(cases, start=FIRST)}
    for name, cell in cells.items():
        put(cell, cases[name][0])
    found = previewed(district, saved(book))
    seen = {name: outcome(found, cell.coordinate) for name, cell in cells.items()}
    assert (found.problems, found.aside, found.added) == ([], [], [])
    assert [(name, seen[name]) for name in cases if not agrees(seen[name], cases[name][1])] == []


def typed_keys(forms):
    """Each form of a key with the stored one that it looks like."""
    stored = [f"YS01-{at:03}" for at in range(1, len(forms) + 1)]
    return [(form.format(one).replace("#", one[-3:]), one) for form, one in zip(forms.values(), stored, strict=True)]


def with_keys(district, keys, first, **more):
    """The exported workbook with these in the first column from a row on."""
    book = openpyxl.load_workbook(BytesIO(exported(district, len(keys))))
    sheet = book[SHEET]
    places = {cell.value: cell.column for cell in sheet[HEAD_LINE]}
    for row, key in enumerate(keys, start=first):
        put(sheet.cell(row, 1), key)
        for label, value in more.items():
            sheet.cell(row, places[label], value)
    return saved(book)


def test_a_key_that_looks_the_same_is_the_same_row_and_never_a_second(district):
    keys = typed_keys({**KEYS, **OWN_KEYS})
    found = previewed(district, with_keys(district, [typed for typed, _ in keys], FIRST, **{AREA: 1.5}))
    assert (found.added, found.refused, [work.label for work in found.works]) == ([], [], [stored for _, stored in keys])
    assert [line.note for line in found.noted] == [f"与平台上的“{stored}”写法不同，按同一个编号处理" for _, stored in keys]
    beside = previewed(district, with_keys(district, [typed for typed, _ in keys], FIRST + len(keys), **{AREA: 1.5, USE: "0901"}))
    assert (beside.added, beside.works) == ([], [])
    assert [line.note for line in beside.refused] == ["工作簿里有两行是这个编号"] * 2 * len(keys)


def test_a_key_that_only_resembles_another_is_a_row_with_a_word(district):
    keys = typed_keys({**ALIKE, **OTHERS})
    found = previewed(district, with_keys(district, [typed for typed, _ in keys], FIRST + len(keys), **{AREA: 1.5, USE: "0901"}))
    assert (found.refused, found.added) == ([], [typed for typed, _ in keys])
    noted = {line.key: line.note for line in found.noted}
    assert noted == {typed: f"与“{stored}”很像，请核对是不是同一个" for typed, stored in keys[: len(ALIKE)]}


def test_a_new_key_is_what_the_cell_shows(district):
    found = previewed(district, with_keys(district, [typed for typed, _ in NEW_KEYS.values()], FIRST + 45, **{AREA: 1.5, USE: "0901"}))
    rows = {name: f"A{row}" for row, name in enumerate(NEW_KEYS, start=FIRST + 45)}
    assert found.added == [wanted.value for _, wanted in NEW_KEYS.values() if wanted.kind == "read"]
    wrong = {name: wanted for name, (_, wanted) in NEW_KEYS.items() if wanted.kind != "read"}
    assert [name for name, wanted in wrong.items() if not agrees(outcome(found, rows[name]), wanted)] == []
    assert len(found.refused) == len(wrong)


def of_file(district, content):
    """What a user sees of a whole workbook: the area of one row, and every word of the preview."""
    try:
        found = previewed(district, content)
    except Refused as why:
        return Outcome("refused", None, str(why))
    if found.problems:
        return Outcome("refused", None, "；".join(found.problems))
    if found.refused:
        return Outcome("refused", None, found.refused[0].note)
    lines = [line for line in found.changed if line.label == AREA]
    words = [f"{line.after} {line.note}" for line in (*found.changed, *found.noted, *found.aside)]
    absent = f"没有的列：{'、'.join(found.absent)}"
    assert (found.added, [line.key for line in lines]) == ([], ["YS01-007"][: len(lines)])
    assert found.unchanged == FEW - len({line.key for line in found.changed}), "no other row is touched"
    return Outcome("read", lines[0].after if lines else None, "；".join((*words, *found.hidden, *found.told, absent)))


@pytest.mark.parametrize("books", [BOOKS, OWN_BOOKS], ids=["collected", "own"])
def test_a_workbook_that_an_office_has_worked_on_is_taken_or_refused_with_the_true_reason(district, books):
    content = exported(district, FEW)
    seen = {name: (of_file(district, edited(content, change)), wanted) for name, (change, wanted) in books.items()}
    assert {name: one for name, (one, wanted) in seen.items() if not agrees(one, wanted)} == {}


def test_a_workbook_that_another_program_has_packed_is_taken_or_refused_with_the_true_reason(district):
    content = exported(district, FEW)
    seen = {name: (of_file(district, package(content, change)), wanted) for name, (change, wanted) in {**PACKAGES, **OWN_PACKAGES}.items()}
    assert {name: one for name, (one, wanted) in seen.items() if not agrees(one, wanted)} == {}


def test_what_the_tables_say_stands_on_the_page(client, district, people):
    client.force_login(people.preparer)
    address = reverse("districts:plot_import", kwargs={"code": district.code})
    content = exported(district, FEW)

    def posted(change):
        answer = client.post(address, {"workbook": SimpleUploadedFile("地块.xlsx", edited(content, change))})
        return answer.status_code, " ".join(answer.content.decode().split())

    def one_of_each(_book, sheet, at):
        for row, (label, value) in enumerate({"计划取得": 46447, "可建设": "X", USE: "0901商业", AREA: "0.1+0.2"}.items(), start=FIRST):
            sheet.cell(row, at[label], value)
        put(sheet.cell(FIRST + 4, at["装配率要求 %"]), Shown(55, '0"%"'))
        sheet.cell(FIRST + 5, 1, "ys01–006")

    status, page = posted(one_of_each)
    told = ("46447是 Excel 的日期序号", "“X”按“否”", "“0901商业”识别为0901 商业用地", "“0.1+0.2”是算式，请填算出的数", "按同一个编号处理")
    assert (status, [words for words in told if words not in page]) == (422, [])
    status, page = posted(merged("B8:B10"))
    assert (status, "第8行有合并单元格" in page) == (422, True)
    assert posted(merged("A1:H1"))[0] == 200
