"""Workbooks in the formats of other programs: read as values, or refused with the true reason."""

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.plots.models import Plot
from districts.plots.workbook import PlotReader
from greendistrict.core import clock
from greendistrict.documents.workbooks import values_child
from greendistrict.documents.workbooks.other_formats import plain_workbook
from greendistrict.documents.workbooks.pages import taken_upload
from tests.factories.districts import make_district
from tests.factories.workbooks import saved
from tests.refusing import refuses

SHEETS = Path(__file__).parent / "sheets"  # land.*: written by LibreOffice from the sheet of ``land``
HEADS = ("序号", "宗地编号", "土地用途", "用地面积（㎡）")
ROWS = ((1, "PD-01", "070102", 23500), (2, "PD-02", 901, 8200))
SAVE = "请用 Office 或 WPS 打开，另存为 xlsx 后导入"


def land():
    """The same sheet as xlsx."""
    book = openpyxl.Workbook()
    for row in (HEADS, *ROWS):
        book.active.append(row)
    return saved(book)


def strict(content):
    """The workbook as it is saved under “Strict Open XML”."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(out, "w") as made:
        for entry in given.infolist():
            data = given.read(entry)
            for usual, name in (
                (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
                (b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"),
                (b"http://schemas.openxmlformats.org/drawingml/2006/", b"http://purl.oclc.org/ooxml/drawingml/"),
            ):
                data = data.replace(usual, name)
            made.writestr(entry.filename, data)
    return out.getvalue()


def binary(rows, *, error=False, far=0):
    """A workbook of one sheet in the binary format (MS-XLSB): a row record, then a cell record for each number and text."""

    def record(kind, data=b""):
        head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return head + bytes([len(data) & 0x7F | 0x80, len(data) >> 7]) + data

    def text(words):
        return struct.pack("<I", len(words)) + words.encode("utf-16-le")

    sheet = [record(129), record(148, struct.pack("<4I", 0, far or len(rows) - 1, 0, 16_000 if far else len(rows[0]) - 1)), record(145)]
    for at, row in enumerate(rows):
        sheet.append(record(0, struct.pack("<IIHHBI", at, 0, 300, 0, 0, 0)))
        for column, value in enumerate(row):
            where = struct.pack("<II", column, 0)
            sheet.append(record(6, where + text(value)) if isinstance(value, str) else record(5, where + struct.pack("<d", value)))
    if error:
        sheet.append(record(3, struct.pack("<IIB", len(rows[0]), 0, 7)))
    if far:
        sheet += [record(0, struct.pack("<IIHHBI", far, 0, 300, 0, 0, 0)), record(5, struct.pack("<IId", 16_000, 0, 1))]
    sheet += [record(146), record(130)]
    book = [record(131), record(143), record(156, struct.pack("<II", 0, 1) + text("rId1") + text("台账")), record(144), record(132)]
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/_rels/workbook.bin.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        "xl/workbook.bin": b"".join(book),
        "xl/worksheets/sheet1.bin": b"".join(sheet),
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return out.getvalue()


FILES = {
    "出让.xls": (SHEETS / "land.xls").read_bytes,
    "出让.et": (SHEETS / "land.xls").read_bytes,
    "出让.ods": (SHEETS / "land.ods").read_bytes,
    "出让.xlsb": lambda: binary((HEADS, *ROWS)),
    "严格.xlsx": lambda: strict(land()),
    "其实是xlsx.xls": land,
    "其实是xls.xlsx": (SHEETS / "land.xls").read_bytes,
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_the_same_sheet_in_each_format_is_the_same_list(people, name):
    content = taken_upload(SimpleUploadedFile(name, FILES[name]()), merged=True)
    found = PlotReader(make_district(people), clock.today()).read(content)
    assert (found.problems, found.refused) == ([], [])
    fields = [(work.fields["number"], work.fields["area_ha"], work.fields["land_use_code"]) for work in found.works]
    assert fields == [("PD-01", "2.3500", "070102"), ("PD-02", "0.8200", "0901")]


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_values_days_errors_merged_ranges_and_hidden_sheets_keep_their_places(kind):
    book = openpyxl.load_workbook(BytesIO(plain_workbook((SHEETS / f"land.{kind}").read_bytes())))
    sheet = book["台账"]
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A1:G1"]
    assert (sheet["D4"].value, sheet["F3"].value.isoformat(), sheet["G3"].value) == (8200, "2026-03-01T00:00:00", "=#DIV/0!")
    assert (book.sheetnames, book["备用"].sheet_state) == (["台账", "备用"], "hidden")


@pytest.mark.django_db
def test_an_error_in_an_old_workbook_is_no_empty_cell(people):
    """It would clear what is stored."""
    book = openpyxl.load_workbook(BytesIO(plain_workbook((SHEETS / "land.xls").read_bytes())))
    book["台账"]["G2"] = "总建筑面积"
    found = PlotReader(make_district(people), clock.today()).read(saved(book))
    assert [(line.address, line.note) for line in found.refused] == [("G3", "单元格是错误值，请改成结果")]
    refuses("工作簿里有错误值", plain_workbook, binary((HEADS, *ROWS), error=True))


def test_a_workbook_whose_stream_is_short_is_followed_as_well():
    """Streams below 4096 bytes lie in sectors of 64 bytes."""
    stream = struct.pack("<HHIBB", 0x85, 6, 0, 0, 0) + struct.pack("<HHHHHBB", 0x205, 8, 4, 2, 0, 23, 1)
    [found] = values_child._in_biff(compound(stream))
    assert found == values_child.Special(0, 4, 2, "#REF!")


def compound(stream):
    """A compound file with one short stream: table, folder, short table, short sectors."""
    end, free, table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD

    def entry(name, kind, begin, size):
        words = name.encode("utf-16-le")
        head = words.ljust(64, b"\0") + struct.pack("<HBB", len(words) + 2, kind, 1)
        return (head + struct.pack("<3I", free, free, free)).ljust(116, b"\0") + struct.pack("<QI", begin | size << 32, 0)

    def numbers(*values):
        return struct.pack(f"<{len(values)}I", *values).ljust(512, b"\xff")

    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + struct.pack("<H", 9)
    head = head.ljust(48, b"\0") + struct.pack("<III", 1, 0, 4096) + struct.pack("<II", 2, 1)
    head = head.ljust(76, b"\0") + numbers(0)[:436]
    folder = entry("Root Entry", 5, 3, 64) + entry("Workbook", 2, 0, len(stream))
    return head + numbers(table, end, end, end) + folder.ljust(512, b"\0") + numbers(end) + stream.ljust(512, b"\0")


WRONG = {
    "old program, another kind of document": (b"\xd0\xcf\x11\xe0" + bytes(600), f"内容不是电子表格或已损坏，{SAVE}"),
    "password": (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "工作簿设有打开密码，请去除密码后导入"),
    "page": (b"\xef\xbb\xbf\n<HTML><table><tr><td>1</td></tr></table>", f"内容是网页，不是工作簿，{SAVE}"),
    "half": ((SHEETS / "land.xls").read_bytes()[:3000], f"内容不是电子表格或已损坏，{SAVE}"),
    "sheet of 2003": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        f"内容是 XML 表格（2003），{SAVE}",
    ),
    "text": (b"a\tb\tc", "“表.xlsx”不是Excel文件或已损坏，请用 Office 重新保存为 xlsx 后上传"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_only_bears_the_ending_is_refused_with_the_true_reason(kind):
    content, why = WRONG[kind]
    refuses(why, taken_upload, SimpleUploadedFile("表.xls", content))


def test_a_sheet_that_unfolds_beyond_all_bounds_is_refused_without_harm():
    """The values of a sheet are held as one rectangle."""
    refuses(f"工作簿读不出来，{SAVE}", plain_workbook, binary((HEADS, *ROWS), far=1_000_000))


@pytest.mark.django_db
def test_an_old_sheet_of_the_land_bureau_is_written(client, people):
    district = make_district(people)
    client.force_login(people.preparer)
    upload = SimpleUploadedFile("出让.xls", (SHEETS / "land.xls").read_bytes())
    seen = client.post(reverse("districts:plot_import", kwargs={"code": district.code}), {"workbook": upload})
    assert seen.status_code == 200
    client.post(reverse("districts:plot_apply", kwargs={"code": district.code}), {"token": seen.context["token"]})
    assert [row.number for row in Plot.objects.filter(district=district).order_by("number")] == ["PD-01", "PD-02"]
