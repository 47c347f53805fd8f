"""HTML document of a composition, the source of its PDF."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from math import ceil

from django.template.loader import render_to_string

from greendistrict.core.papers import PORTAL
from greendistrict.core.qr import qr_uri
from reports.common.render import ELSEWHERE
from reports.composition.blocks import (
    NOT_PRINTED,
    Block,
    Chart,
    Composition,
    Heading,
    Listing,
    Pairs,
    PaperColumn,
    PaperTable,
    Paragraph,
    Picture,
    Signature,
)
from reports.composition.charts import alternative, svg_of
from reports.composition.enums import ColumnKind, Style
from reports.composition.printed import (
    CELL_PADDING,
    COVER_LINE,
    LANDSCAPE,
    LARGE,
    LETTER_LINE,
    LISTED,
    ON_COVER,
    UPRIGHT,
    cells_of,
    contents_of,
    groups_of,
    is_full,
    lines_of,
    parting_of,
    title_lines,
    widths_in,
    words_of,
)
from reports.composition.runs import Run
from reports.composition.unbroken import held, wide

TEXT, COVER = 140, 130  # mm of a line of text, and of the table on the cover
NAMES = 42  # mm of the names of single facts, as in composition.css
# pt, as in composition.css: text of a page, head of the contents, lines of an entry by level, and closer ones that spare a page
PAGE, CONTENTS_HEAD, ENTRIES, CLOSER_ENTRIES = 636.9, 44, {1: 24, 2: 20}, {1: 21, 2: 17.5}
SHEETS = ("report.css", "composition.css")
FRAMED = (*SHEETS, "certificate.css")


@dataclass(frozen=True)
class Html:
    """A document, the style sheets shared by all documents, and the one with its column widths."""

    text: str
    css: str
    sheets: tuple[str, ...] = SHEETS


@dataclass(frozen=True)
class ContentsLine:
    """Line of the contents; ``page`` if it is known, otherwise computed from the heading's position."""

    anchor: str
    text: str
    level: int
    page: int | None = None

    @property
    def address(self) -> str:
        """Link target of the line."""
        return f"#{self.anchor}" if self.page is None else f"{ELSEWHERE}{self.anchor}"


def html_of(composition: Composition, *, code: str, closer: bool = False, coverless: bool = False) -> Html:
    """The whole document; ``code`` is the 查验码 in groups of four, printed with its QR code on the first page if not empty.

    ``closer`` reduces the line spacing of a letter; ``coverless``: title and facts stand above the text, without contents.
    """
    run = Run(tuple(groups_of(composition)))
    contents = [ContentsLine(anchor, text, level) for anchor, text, level in headings_of([run])]
    return _html(composition, run, {**_front(composition, code, contents), "closer": closer, "coverless": coverless})


def front_of(composition: Composition, *, code: str, contents: Sequence[ContentsLine]) -> Html:
    """Cover and contents of a paper whose other pages are laid out separately; the lines state their page."""
    return _html(composition, Run(()), _front(composition, code, contents))


def run_html(composition: Composition, run: Run, *, first: int) -> tuple[Html, int]:
    """Document of a run that begins at page ``first``, and the number of leading pages to drop.

    The leading pages set the running headers, and make the first page of the run a right or left page.
    """
    before = 2 if first % 2 else 1
    made = _html(composition, run, {"before": range(before)})
    return replace(made, css=f"@page :first {{ counter-increment: page {first - before} }}\n{made.css}"), before


def headings_of(runs: Iterable[Run]) -> Iterator[tuple[str, str, int]]:
    """Anchor, text and level of the entries of the contents."""
    for run in runs:
        for number, block in enumerate((block for group in run.groups for block in group.blocks), start=run.first):
            if isinstance(block, Heading) and block.level <= LISTED:
                yield f"b{number}", block.text, block.level


def _html(composition: Composition, run: Run, more: dict[str, object]) -> Html:
    numbers, styles = count(run.first), list[str]()
    groups = []
    for group in run.groups:
        parts = []
        for block in group.blocks:
            anchor = f"b{next(numbers)}"
            width = LARGE if group.large else LANDSCAPE if group.wide else UPRIGHT
            if isinstance(block, PaperTable):
                columns = enumerate(widths_in(block, width), start=1)
                styles += [f"#{anchor} col:nth-child({number}) {{ width: {wide:.4g}mm }}" for number, wide in columns]
            parts.append(_part(block, anchor, width))
        groups.append({"wide": group.wide, "large": group.large, "parts": parts})
    context = {
        "paper": composition,
        "portal": PORTAL,
        "marks": composition.all_marks,
        "groups": groups,
        "is_letter": composition.style is Style.LETTER,
        "imprint": composition.imprint.split("\t") if composition.imprint else (),
        **more,
    }
    made = render_to_string("pdf/composition.html", context)
    return Html(made, "\n".join(styles), FRAMED if composition.framed else SHEETS)


def _front(composition: Composition, code: str, contents: Sequence[ContentsLine]) -> dict[str, object]:
    """Template context of the first page and the contents."""
    return {
        "title": title_lines(composition.title, LETTER_LINE if composition.style is Style.LETTER else COVER_LINE),
        "level": composition.level_mark,
        "cover": _held([(name, lines_of(words_of(value))) for name, value in composition.cover], COVER),
        "contents": contents if contents_of(composition) else [],
        "on_cover": len(contents) <= ON_COVER,
        "closer_contents": _pages_of(contents, CLOSER_ENTRIES) < _pages_of(contents, ENTRIES),
        "is_full": is_full(composition),
        "code": code,
        "qr": qr_uri(code) if code else "",
    }


def picture_uri(content: bytes) -> str:
    """A picture as data: URI."""
    kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(content).decode()}"


def _part(block: Block, anchor: str, width: int) -> dict[str, object]:
    about: dict[str, object]
    match block:
        case Heading(text=text, level=level, depth=depth):
            about = {"text": text, "level": level, "depth": depth}
        case Paragraph(text=text, style=style):
            about = {"lines": [held(line, TEXT) for line in lines_of(text)], "style": style.value}
        case Listing(items=items):
            about = {"items": items}
        case Pairs(rows=rows):
            pairs = [(name, lines_of(words_of(value))) for name, value in rows]
            about = {"rows": _held(pairs, width), "parting": parting_of([[lines] for _, lines in pairs], [width - NAMES])}
        case PaperTable():
            said = {"note": held(block.note, TEXT), "empty": held(block.empty, TEXT)}
            about = {"table": block} | said | _cells(block, width)
        case Chart():
            source = f"data:image/svg+xml;base64,{b64encode(svg_of(block).encode()).decode()}"
            about = {
                "shape": block.kind.value, "caption": block.caption, "source": source, "alternative": alternative(block),
                "note": held(block.source, TEXT),
            }  # fmt: skip
        case Picture(caption=caption, content=content):
            about = {"caption": caption, "source": picture_uri(content) if content else "", "missing": NOT_PRINTED}
        case Signature(lines=lines):
            about = {"lines": lines}
        case _:
            about = {}
    return {"kind": type(block).__name__.lower(), "anchor": anchor, **about}


def _cells(table: PaperTable, width: int) -> dict[str, object]:
    cells, widths = cells_of(table), [one - CELL_PADDING for one in widths_in(table, width)]
    rows = [[_cell(*one) for one in zip(row, table.columns, widths, strict=True)] for row in cells]
    heads = [held(column.head, room, head=True) for column, room in zip(table.columns, widths, strict=True)]
    total = [("" if value == "" else words_of(value, column), _class(column)) for value, column in zip(table.total, table.columns)]  # noqa: B905 -- there may be none
    parting = parting_of(cells, widths_in(table, width), total=bool(table.total))
    small = sum(column.width or 0 for column in table.columns) > width
    return {"heads": heads, "rows": rows, "total": total, "parting": parting, "small": small}


def _cell(lines: list[str], column: PaperColumn, room: float) -> tuple[list[str], str]:
    """Lines of a cell with its class, which alone holds short ones together: a mark-up of each would cost time."""
    css = _class(column)
    if len(lines) == 1 and wide(lines[0]) <= room:
        return lines, f"{css} k"
    return (lines if column.kind is ColumnKind.NUMBER else [held(line, room) for line in lines]), css


def _pages_of(contents: Sequence[ContentsLine], high: Mapping[int, float]) -> int:
    return ceil((CONTENTS_HEAD + sum(high[line.level] for line in contents)) / PAGE)


def _held(pairs: Sequence[tuple[str, Sequence[str]]], width: float) -> list[tuple[str, list[str]]]:
    return [(name, [held(line, width - NAMES - CELL_PADDING) for line in lines]) for name, lines in pairs]


def _class(column: PaperColumn) -> str:
    return {ColumnKind.TEXT: "l", ColumnKind.NUMBER: "r", ColumnKind.NAME: "name"}[column.kind]
