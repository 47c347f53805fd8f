"""Lines of CSV files as offices and devices write them: encoding, separator, and the lines above the heads (pure functions)."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from greendistrict.core.errors import Refused
from greendistrict.documents.office.kinds import OLD_OFFICE
from greendistrict.documents.workbooks.columns import head_of
from greendistrict.documents.workbooks.lines import MOST_ABOVE

ENDINGS = (".csv", ".txt", ".tsv")
SEPARATORS = ",\t;，；|"
_LOOKED_AT = 100_000  # bytes in which the heads are searched for
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_BOOKS = (b"PK\x03\x04", OLD_OFFICE)  # begin workbooks
_NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "gb18030": "GB 18030", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_STATED = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)
_GUARDED = re.compile(r"""="(?P<text>[^"]*)"|'(?P<rest>[^']*)""")
AGAIN = "请用表格软件另存为 UTF-8 编码的 CSV 再上传"


class CsvLine(NamedTuple):
    """Cells of a line, and its number in the file, counted from 1."""

    number: int
    cells: list[str]


class _Lines(NamedTuple):
    """Text of a file: its lines of title, the separator, whether a line states that, and the rest from the heads on."""

    above: list[str]
    separator: str
    is_stated: bool
    rest: io.StringIO


def csv_lines(content: bytes, heads: Collection[str]) -> Iterator[CsvLine]:
    """The line of heads, then those below it; the first line if none names a head.

    Raises ``Refused`` for an unknown encoding, a byte that does not fit it, and quotation marks without an end, with the line.
    """
    found = _lines(content, heads)
    yield from _below(found, len(found.above))


def csv_above(content: bytes, heads: Collection[str]) -> list[list[str]]:
    """The lines above the heads as rows. Raises ``Refused`` as ``csv_lines``."""
    found = _lines(content, heads)
    return [_cells(line, found.separator) for line in found.above]


def csv_table(content: bytes, heads: Collection[str]) -> list[list[str]]:
    """All lines as rows, those of title included; a line ``sep=`` is empty. Raises ``Refused`` as ``csv_lines``."""
    found = _lines(content, heads)
    above = [[] if found.is_stated and not at else _cells(line, found.separator) for at, line in enumerate(found.above)]
    return [*above, *(line.cells for line in _below(found, len(found.above)))]


def _below(found: _Lines, first: int) -> Iterator[CsvLine]:
    read = list[str]()  # lines of the file that a row is made of

    def kept_lines() -> Iterator[str]:
        for line in found.rest:
            read.append(line)
            yield line

    def words() -> str:
        return f"第{first + rows.line_num - len(read) + 1}行不能识别：单元格过长，或者引号没有成对"

    rows = csv.reader(kept_lines(), delimiter=found.separator)
    try:
        for cells in rows:
            if len(read) > 1 or read[0].count('"') % 2:
                Refused.when(_is_open(read, found.separator), words())
            kept = [*map(_unguarded, cells)] if any('="' in line or "'" in line for line in read) else cells
            read.clear()
            yield CsvLine(first + rows.line_num, kept)
    except csv.Error as error:
        raise Refused(words()) from error


def _is_open(lines: Sequence[str], separator: str) -> bool:
    """Whether a quotation mark without an end would swallow the line after these."""
    return len(list(csv.reader([*lines, "."], delimiter=separator))) == 1


def _unguarded(cell: str) -> str:
    """Text of a cell that was written as ``="001"`` or ``'001``, so that a spreadsheet keeps its zeros."""
    guarded = _GUARDED.fullmatch(cell)
    return guarded["rest"] or guarded["text"] or "" if guarded else cell


def is_text_table(content: bytes, heads: Collection[str]) -> bool:
    """Whether a file with the ending of a workbook holds lines of text with the heads, as some programs export them."""
    if content.startswith(_BOOKS) or content.lstrip()[:1] == b"<":
        return False
    try:
        return heads_named(csv_table(content, heads)[: MOST_ABOVE + 1], heads) > 1
    except Refused:
        return False


def _lines(content: bytes, heads: Collection[str]) -> _Lines:
    Refused.when(content.startswith(_BOOKS), "内容是工作簿，不是 CSV，请把文件名的结尾改成 .xlsx（旧格式的改成 .xls）再上传")
    text = _decoded(content, heads)
    Refused.when("\0" in text, f"文件里有不能识别的字符，{AGAIN}")
    stream, above = io.StringIO(text, newline=""), list[str]()
    while len(above) <= MOST_ABOVE and (line := stream.readline()):
        above.append(line)
    stated = _STATED.fullmatch(above[0]) if above else None
    separators = stated[1] if stated else SEPARATORS
    named = {(at, one): _named(_cells(line, one), heads) for at, line in enumerate(above) for one in separators}
    first, separator = max(named, key=lambda key: named[key], default=(0, separators[0]))
    if not named.get((first, separator)):  # the one that parts the lines most
        first, separator = int(bool(stated)), max(separators, key=lambda one: sum(len(_cells(line, one)) for line in above))
    stream.seek(sum(map(len, above[:first])))
    return _Lines(above[:first], separator, bool(stated), stream)


def heads_named(lines: Sequence[Sequence[Any]], heads: Collection[str]) -> int:
    """How many of the heads the line names that ``head_line`` finds."""
    return _named(lines[head_line(lines, heads)], heads) if lines else 0


def head_line(lines: Sequence[Sequence[Any]], heads: Collection[str]) -> int:
    """Index of the line that names most of the heads, the first if none does."""
    return max(range(min(len(lines), MOST_ABOVE + 1)), key=lambda at: _named(lines[at], heads), default=0)


def _named(cells: Sequence[Any], heads: Collection[str]) -> int:
    return len({head_of(cell) for cell in cells} & {head_of(head) for head in heads})


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [*map(_unguarded, next(csv.reader([line], delimiter=separator), []))]
    except csv.Error:
        return []


def _decoded(content: bytes, heads: Collection[str]) -> str:
    marked = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), "")
    for encoding in (marked,) if marked else _guesses(content):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            if marked or _names_heads(content, encoding, heads):
                line = 1 + len(re.findall(r"\r\n|\r|\n", content[: error.start].decode(encoding, "replace")))
                msg = f"第{line}行有不是 {_NAMES[encoding]} 编码的字符，{AGAIN}"
                raise Refused(msg) from error
    msg = f"文件编码不能识别，{AGAIN}"
    raise Refused(msg)


def _guesses(content: bytes) -> tuple[str, ...]:
    """Encodings to try without a mark; zeros in every second byte are Latin letters in UTF-16."""
    head = content[:200]
    if head.count(0) > len(head) // 4:
        return ("utf-16-be",) if head[::2].count(0) > head[1::2].count(0) else ("utf-16-le",)
    return ("utf-8", "gb18030")


def _names_heads(content: bytes, encoding: str, heads: Collection[str]) -> bool:
    text = content[:_LOOKED_AT].decode(encoding, "replace")
    return any(head in text for head in heads)
