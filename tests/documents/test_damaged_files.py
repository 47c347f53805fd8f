"""Files that are damaged, and all that are refused, as real uploads."""

import contextlib
import logging
import struct
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import example, given
from hypothesis import strategies as st

from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import Refused
from greendistrict.documents import services
from greendistrict.documents.models import Evidence
from greendistrict.documents.office import inspection
from greendistrict.documents.office.anonymous import anonymous
from greendistrict.documents.workbooks.grids import grids
from greendistrict.documents.workbooks.pages import package_problem
from tests.documents.test_hazards import IN_XML, charted, kind_of, openpyxl_book
from tests.documents.test_inspection import BAD
from tests.documents.test_pdf_hazards import HOSTILE, form, outlined
from tests.files import docx, image, look, office, pdf, xlsx
from tests.inputs import inputs


def packed(packing):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        archive.writestr("[Content_Types].xml", inspection.MAIN_PART["xlsx"] * 4)
        archive.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


def broken_lzma():
    content = bytearray(packed(zipfile.ZIP_LZMA))
    start = 30 + len("[Content_Types].xml")
    content[start + 4 : start + 9] = b"\xff" * 5  # the properties of the packing
    return bytes(content)


def bad_name():
    """The central directory says UTF-8 and is not."""
    content = bytearray(xlsx())
    place = content.find(b"PK\x01\x02")
    flags = struct.unpack_from("<H", content, place + 8)[0]
    struct.pack_into("<H", content, place + 8, flags | 0x800)
    content[place + 46] = 0xFF
    return bytes(content)


def unknown_packing():
    content = bytearray(xlsx())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        place = content.find(mark)
        while place >= 0:
            struct.pack_into("<H", content, place + offset, 97)
            place = content.find(mark, place + 4)
    return bytes(content)


def spoilt_part():
    content = bytearray(xlsx())
    place = content.find(b"xl/workbook.xml") + len("xl/workbook.xml")
    content[place] ^= 0xFF
    return bytes(content)


DAMAGED = {
    "broken lzma": broken_lzma, "good lzma": lambda: packed(zipfile.ZIP_LZMA), "bzip2": lambda: packed(zipfile.ZIP_BZIP2),
    "bad name": bad_name, "unknown packing": unknown_packing, "spoilt part": spoilt_part, "cut": lambda: xlsx()[:-30],
    "nothing but a mark": lambda: b"PK\x03\x04",
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_package_is_called_damaged_everywhere(name):
    content = DAMAGED[name]()
    with pytest.raises(Refused, match="损坏"):
        look("表.xlsx", content)
    assert "损坏" in package_problem(content)
    with pytest.raises(Refused, match="损坏"):
        anonymous("表.xlsx", inspection.KINDS["xlsx"], content)
    with pytest.raises(Refused, match="完好"):
        grids(content, rows=5, columns=5)


FILES = [(f"a.{kind_of(parts)}", lambda parts=parts: office(kind_of(parts), parts)) for parts, _ in IN_XML.values()]
FILES += [row[:2] for row in HOSTILE.values()] + [row[1:3] for row in BAD] + [("表.xlsx", make) for make in DAMAGED.values()]


@pytest.mark.area("greendistrict/documents")
@pytest.mark.django_db
def test_each_of_more_than_80_is_refused_as_a_real_upload_and_leaves_nothing(people, district, media):
    for name, make in FILES:
        with pytest.raises(Refused):
            services.store(owner=district, upload=SimpleUploadedFile(name, make()), kind="plan", title="材料", by=people.preparer)
    assert (len(FILES) >= 80, [path for path in media.rglob("*") if path.is_file()]) == (True, [])
    assert (Evidence.objects.count(), AuditRecord.objects.filter(action="documents.store").count()) == (0, 0)


def test_a_package_with_two_parts_of_one_name_is_refused():
    out = BytesIO(xlsx())
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", "<other/>")
    with pytest.raises(Refused, match="内部结构异常"):
        look("表.xlsx", out.getvalue())


REAL = {
    "a.docx": office("docx", charted(xlsx())),
    "b.docx": docx(),
    "a.xlsx": openpyxl_book(),
    "a.pdf": pdf(form),
    "b.pdf": pdf(outlined),
    "a.png": image("PNG"),
}
REAL |= {"p.png": image("PNG", mode="P"), "a.jpg": image("JPEG")}


@contextlib.contextmanager
def unheard(name):
    """What this library says of a damaged file does not reach the log: it calls some damage a warning and some an error."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(logging.NOTSET)


@inputs(100)
@given(
    name=st.sampled_from(sorted(REAL)),
    flips=st.lists(st.tuples(st.floats(0, 0.999999), st.integers(1, 255)), min_size=1, max_size=6),
    cut=st.floats(0, 1),
)
@example(name="a.xlsx", flips=[(0.0, 1)], cut=1.0)
@example(name="a.pdf", flips=[(0.0625, 1)], cut=1.0)  # form fields that no form lists
def test_files_with_changed_bytes_are_taken_or_refused_and_nothing_else(name, flips, cut):
    content = bytearray(REAL[name])
    for place, change in flips:
        content[int(place * len(content))] ^= change
    content = bytes(content[: max(1, int(cut * len(content)))])
    with unheard("pikepdf"):  # that the file is damaged is what was meant
        for judge in (
            lambda: look(name, content),
            lambda: anonymous(name, inspection.KINDS[name.rpartition(".")[2]], content),
            lambda: inspection.strip_metadata(name, inspection.KINDS[name.rpartition(".")[2]], content),
            lambda: package_problem(content),
            lambda: grids(content, rows=5, columns=5),
        ):
            with contextlib.suppress(Refused):
                judge()


def test_a_row_far_below_the_last_of_a_sheet_is_not_waited_for():
    import zipfile

    import openpyxl

    book, out = BytesIO(), BytesIO()
    made = openpyxl.Workbook()
    made.active.append(["A-1"])
    made.save(book)
    with zipfile.ZipFile(book) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", b'<row r="2000000000"><c r="A2000000000"><v>1</v></c></row></sheetData>')
            after.writestr(name, content)
    [grid] = grids(out.getvalue(), rows=5, columns=5).values()
    assert [cell.value for row in grid for cell in row if cell.value] == ["A-1"]
