"""HTML document of a composition, the source of its PDF."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from django.template.loader import render_to_string

from greendistrict.core.qr import qr_uri
from reports.composition.blocks import Block, Chart, Composition, Heading, Pairs, PaperColumn, PaperTable, Paragraph, Signature
from reports.composition.charts import alternative, svg_of
from reports.composition.enums import ColumnKind, Style
from reports.composition.printed import (
    COVER_LINE,
    LANDSCAPE,
    LARGE,
    LETTER_LINE,
    LISTED,
    ON_COVER,
    UPRIGHT,
    contents_of,
    groups_of,
    high_of,
    highs_of,
    is_full,
    lines_of,
    title_lines,
    widths_of,
    words_of,
)

WHOLE = 14  # lines of a table that stay on one page
TALL = 24  # lines of a row that may go over pages
NAMES = 42  # mm of the names of single facts, as in composition.css
SHEETS = ("report.css", "composition.css")


@dataclass(frozen=True)
class Html:
    """A document, the style sheets that it shares with all others, and the one of its column widths."""

    text: str
    css: str
    sheets: tuple[str, ...] = SHEETS


def html_of(composition: Composition, *, code: str, closer: bool = False) -> Html:
    """Whole document; ``code`` is the 查验码 in groups of four, printed with its QR code on the first page, none when empty.

    ``closer`` sets the lines of a letter closer together.
    """
    numbers, styles = count(1), list[str]()
    groups = []
    contents: list[tuple[str, str, int]] = []
    for group in groups_of(composition):
        parts = []
        for block in group.blocks:
            anchor = f"b{next(numbers)}"
            if isinstance(block, Heading) and block.level <= LISTED:
                contents.append((anchor, block.text, block.level))
            width = LARGE if group.large else LANDSCAPE if group.wide else UPRIGHT
            styles += _widths(block, anchor, width)
            parts.append(_part(block, anchor, width))
        groups.append({"wide": group.wide, "large": group.large, "parts": parts})
    context = {
        "paper": composition,
        "title": title_lines(composition.title, LETTER_LINE if composition.style is Style.LETTER else COVER_LINE),
        "marks": composition.all_marks,
        "level": composition.level_mark,
        "cover": [(name, lines_of(words_of(value))) for name, value in composition.cover],
        "contents": contents if contents_of(composition) else [],
        "on_cover": len(contents) <= ON_COVER,
        "is_full": is_full(composition),
        "groups": groups,
        "code": code,
        "qr": qr_uri(code) if code else "",
        "is_letter": composition.style is Style.LETTER,
        "closer": closer,
    }
    return Html(render_to_string("pdf/composition.html", context), "\n".join(styles))


def _source(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _widths(block: Block, anchor: str, page: int) -> Iterator[str]:
    if isinstance(block, PaperTable):
        for number, (column, width) in enumerate(zip(block.columns, widths_of(block.columns, page), strict=True), start=1):
            if column.width:
                yield f"#{anchor} col:nth-child({number}) {{ width: {width:.4g}mm }}"


def _part(block: Block, anchor: str, width: int) -> dict[str, object]:
    about: dict[str, object]
    match block:
        case Heading(text=text, level=level):
            about = {"text": text, "level": level}
        case Paragraph(text=text, style=style):
            about = {"lines": lines_of(text), "style": style.value}
        case Pairs(rows=rows):
            pairs = [(name, lines_of(words_of(value))) for name, value in rows]
            highs = [high_of(lines, width - NAMES) for _, lines in pairs]
            about = {"rows": pairs, "whole": sum(highs) <= WHOLE, "tall": _tall(highs)}
        case PaperTable():
            about = {"table": block} | _cells(block, width)
        case Chart():
            about = {
                "shape": block.kind.value, "caption": block.caption, "source": _source(svg_of(block)), "alternative": alternative(block),
            }  # fmt: skip
        case Signature(lines=lines):
            about = {"lines": lines}
        case _:
            about = {}
    return {"kind": type(block).__name__.lower(), "anchor": anchor, **about}


def _tall(highs: Iterable[int]) -> set[int]:
    """Numbers of the rows that may go on over the page, counted from 1."""
    return {number for number, high in enumerate(highs, start=1) if high > TALL}


def _cells(table: PaperTable, width: int) -> dict[str, object]:
    rows = [
        [(lines_of(words_of(value, column)), _class(column)) for value, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]  # fmt: skip
    total = [("" if value == "" else words_of(value, column), _class(column)) for value, column in zip(table.total, table.columns)]  # noqa: B905 -- there may be none
    highs = highs_of([[lines for lines, _ in row] for row in rows], widths_of(table.columns, width))
    whole = len(rows) <= WHOLE and sum(highs) <= WHOLE
    small = sum(column.width or 0 for column in table.columns) > width
    return {"columns": table.columns, "rows": rows, "total": total, "whole": whole, "tall": _tall(highs), "small": small}


def _class(column: PaperColumn) -> str:
    return {ColumnKind.TEXT: "l", ColumnKind.NUMBER: "r", ColumnKind.NAME: "name"}[column.kind]
