"""Child process that reads a workbook of another format as values and writes them as a plain xlsx.

Run as ``python -m greendistrict.documents.workbooks.values_child``: the file on stdin, the xlsx on stdout, an exit code for what was wrong.
Sheets, their visibility, merged ranges and error values keep their places; formulas are their results, formats are gone.
"""

import datetime as dt
import resource
import struct
import sys
from bisect import bisect_right
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

from greendistrict.children import end_with_parent
from greendistrict.documents.office.kinds import OLD_OFFICE

CPU_SECONDS = 20
MEMORY = 2 * 1024 * 1024 * 1024
LOCKED, NO_WORKBOOK, WITH_ERRORS = 3, 4, 5
SHORT_STREAM, SHORT_SECTOR, ENTRY = 4096, 64, 128  # bytes, in a compound file
BOUND_SHEET, FORMULA, TRUTH_OR_ERROR = 0x85, 0x06, 0x205  # records of a workbook in BIFF
BINARY_ERRORS = {3, 11}  # records of a binary workbook: a cell, and a formula, with an error
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
EXTENDED = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


class ErrorCellsError(ValueError):
    """A binary workbook shows errors, which calamine would pass as empty cells."""


class Special(NamedTuple):
    """What calamine does not tell of a cell: the error it shows, or the last cell of the range that it is merged with."""

    sheet: int
    row: int
    column: int
    error: str = ""
    last: tuple[int, int] | None = None


def main() -> None:
    """Convert the workbook on stdin."""
    end_with_parent()
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from python_calamine import CalamineError, PasswordError  # noqa: PLC0415 -- after the limits are set

    content = sys.stdin.buffer.read()
    try:
        made = converted(content)
    except PasswordError:
        sys.exit(LOCKED)
    except CalamineError:
        sys.exit(NO_WORKBOOK)
    except ErrorCellsError:
        sys.exit(WITH_ERRORS)
    sys.stdout.buffer.write(made)


def converted(content: bytes) -> bytes:
    """The values of a workbook as a plain xlsx. Raises ``CalamineError``, and whatever its parts raise if they are damaged."""
    import xlsxwriter  # noqa: PLC0415 -- after the limits are set
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415 -- as above

    given, out = CalamineWorkbook.from_filelike(BytesIO(content)), BytesIO()
    specials = list(_in_biff(content) if content.startswith(OLD_OFFICE) else _in_package(content))
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False}) as book:
        forms = {kind: book.add_format({"num_format": form}) for kind, form in FORMS.items()}
        for index, about in enumerate(given.sheets_metadata):
            sheet, page = given.get_sheet_by_index(index), book.add_worksheet(about.name)
            if about.visible != SheetVisibleEnum.Visible:
                page.hide()
            merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or () if first != last]
            own = [one for one in specials if one.sheet == index]
            for ranges in (*merged, *((one.row, one.column, *one.last) for one in own if one.last)):
                page.merge_range(*ranges, "")
            _write(page, sheet, forms)
            for one in own:
                if one.error:
                    page.write_formula(one.row, one.column, f"={one.error}", None, one.error)
    return out.getvalue()


FORMS = {dt.datetime: "yyyy-mm-dd hh:mm:ss", dt.date: "yyyy-mm-dd", dt.time: "hh:mm:ss", dt.timedelta: "[hh]:mm:ss"}


def _write(page: Any, sheet: Any, forms: dict[type, Any]) -> None:
    top, left = sheet.start or (0, 0)
    for row, values in enumerate(sheet.iter_rows(), start=top):
        for column, value in enumerate(values, start=left):
            if value == "":
                continue
            if isinstance(value, str):
                page.write_string(row, column, value)
            elif type(value) in forms:
                page.write_datetime(row, column, value, forms[type(value)])
            elif isinstance(value, bool):
                page.write_boolean(row, column, value)
            else:
                page.write_number(row, column, value)


def _in_biff(content: bytes) -> Iterator[Special]:
    """Errors in the cells of an old workbook."""
    stream, at, begins = _workbook_stream(content), 0, list[int]()
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        data = stream[at + 4 : at + 4 + size]
        if kind == BOUND_SHEET:
            begins.append(struct.unpack_from("<I", data)[0])
        code = None
        if kind == TRUTH_OR_ERROR and data[7]:
            code = data[6]
        elif kind == FORMULA and data[6] == 2 and data[12:14] == b"\xff\xff":  # noqa: PLR2004 -- 2: the result is an error
            code = data[8]
        if code is not None:
            row, column = struct.unpack_from("<HH", data)
            sheet = sorted(begins)[bisect_right(sorted(begins), at) - 1]
            yield Special(begins.index(sheet), row, column, ERRORS.get(code, "#N/A"))
        at += 4 + size


def _workbook_stream(content: bytes) -> bytes:
    """The stream ``Workbook`` of a compound file (MS-CFB; up to 7 MB, for whose table the head has room)."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    data = content[size:]
    heads = [number for number in struct.unpack_from("<109I", content, 76) if number * size < len(data)]
    table = _numbers(b"".join(data[number * size : (number + 1) * size] for number in heads))
    folder = _chain(data, table, struct.unpack_from("<I", content, 48)[0], size)
    entries = {}
    for at in range(0, len(folder) - ENTRY + 1, ENTRY):
        name = folder[at : at + max(struct.unpack_from("<H", folder, at + 64)[0] - 2, 0)].decode("utf-16-le", "replace")
        entries[name] = struct.unpack_from("<II", folder, at + 116)
    begin, length = entries.get("Workbook") or entries.get("Book") or (0, 0)
    if length >= SHORT_STREAM:
        return _chain(data, table, begin, size)[:length]
    short = _numbers(_chain(data, table, struct.unpack_from("<I", content, 60)[0], size))
    return _chain(_chain(data, table, entries["Root Entry"][0], size), short, begin, SHORT_SECTOR)[:length]


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _chain(data: bytes, table: tuple[int, ...], at: int, size: int) -> bytes:
    parts = list[bytes]()
    while at < len(table) and len(parts) <= len(table):
        parts.append(data[at * size : (at + 1) * size])
        at = table[at]
    return b"".join(parts)


def _in_package(content: bytes) -> Iterator[Special]:
    """Errors and merged ranges of an OpenDocument sheet. Raises ``ErrorCellsError`` for a binary workbook with errors."""
    import zipfile  # noqa: PLC0415 -- after the limits are set

    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name == "content.xml":
                yield from _in_ods(archive.open(name))
            elif name.startswith("xl/worksheets/") and name.endswith(".bin") and not BINARY_ERRORS.isdisjoint(_kinds(archive.read(name))):
                raise ErrorCellsError


def _kinds(data: bytes) -> Iterator[int]:
    """Kind of each record of a sheet of a binary workbook (MS-XLSB)."""
    at = 0
    while at < len(data):
        kind, at = _varying(data, at, 2)
        size, at = _varying(data, at, 4)
        yield kind
        at += size


def _varying(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Number in up to ``most`` bytes of seven bits, and the place behind it."""
    number = 0
    for index, byte in enumerate(data[at : at + most]):
        number |= (byte & 0x7F) << 7 * index
        at += 1
        if byte < 0x80:  # noqa: PLR2004 -- the upper bit says that more follows
            break
    return number, at


def _in_ods(content: Any) -> Iterator[Special]:
    from lxml import etree  # noqa: PLC0415 -- after the limits are set

    sheet = row = -1
    tags = [f"{TABLE}table", f"{TABLE}table-row"]
    for event, found in etree.iterparse(content, events=("start", "end"), tag=tags, resolve_entities=False):
        if found.tag == f"{TABLE}table":
            sheet, row = sheet + (event == "start"), 0
        elif event == "end":
            yield from _in_ods_row(found, sheet, row)
            row += int(found.get(f"{TABLE}number-rows-repeated", 1))
            found.clear()


def _in_ods_row(found: Any, sheet: int, row: int) -> Iterator[Special]:
    column = 0
    for cell in found:
        down, across = (int(cell.get(f"{TABLE}number-{which}-spanned", 1)) for which in ("rows", "columns"))
        if (down, across) != (1, 1):
            yield Special(sheet, row, column, last=(row + down - 1, column + across - 1))
        if cell.get(f"{EXTENDED}value-type") == "error":
            yield Special(sheet, row, column, "".join(cell.itertext()).strip() or "#N/A")
        column += int(cell.get(f"{TABLE}number-columns-repeated", 1))


if __name__ == "__main__":
    main()
