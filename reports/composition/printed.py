"""A composition as it is printed: cells in words, captions numbered; what every format renders."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from greendistrict.core.rounding import fixed
from greendistrict.core.templatetags.gd import cn_date
from reports.composition.blocks import (
    UNKNOWN,
    Block,
    Cell,
    Chart,
    Composition,
    Heading,
    Pairs,
    PaperColumn,
    PaperTable,
    Paragraph,
    Signature,
    Wide,
)
from reports.composition.enums import Style

EMPTY = "—"
LEAST = 12  # mm of a column that says no width


@dataclass(frozen=True)
class Group:
    """Blocks on pages of one orientation and size: A4, or A3 for ``large`` ones."""

    wide: bool
    blocks: tuple[Block, ...]
    large: bool = False


def words_of(value: Cell, column: PaperColumn | None = None) -> str:
    """A cell in words: numbers grouped with a minus sign, dates written out, — for an empty text."""
    if value is None:
        return column.missing if column else UNKNOWN
    if isinstance(value, Decimal):
        return fixed(value, column.digits if column else 2, grouped=True).replace("-", "−")
    if isinstance(value, dt.date):
        return cn_date(value)
    return str(value) or EMPTY


def groups_of(composition: Composition) -> list[Group]:
    """Blocks by orientation with numbered captions; a letter numbers none."""
    counters = {"表": 0, "图": 0}

    def numbered(block: Block) -> Block:
        if composition.style is Style.REPORT and isinstance(block, PaperTable) and block.caption and block.rows:
            counters["表"] += 1
            return replace(block, caption=f"表{counters['表']}　{block.caption}")
        if composition.style is Style.REPORT and isinstance(block, Chart):
            counters["图"] += 1
            return replace(block, caption=f"图{counters['图']}　{block.caption}")
        return block

    groups: list[Group] = []
    for block in composition.blocks:
        wide = isinstance(block, Wide)
        inner = tuple(numbered(one) for one in (block.blocks if isinstance(block, Wide) else (block,)))
        if groups and not wide and not groups[-1].wide:
            groups[-1] = Group(wide=False, blocks=groups[-1].blocks + inner)
        else:
            groups.append(Group(wide=wide, blocks=inner, large=isinstance(block, Wide) and block.large))
    return groups


def widths_of(columns: Sequence[PaperColumn], page: float) -> list[float]:
    """Widths in mm between the margins of a page: as given, narrowed together where they are too wide, the rest shared alike."""
    given = sum(column.width or 0 for column in columns)
    free = sum(column.width is None for column in columns)
    scale = min(1.0, (page - LEAST * free) / given) if given else 1.0
    rest = (page - given * scale) / free if free else 0.0
    return [column.width * scale if column.width else rest for column in columns]


def lines_of(text: str) -> list[str]:
    """Paragraphs of a text; — for an empty one."""
    return [line.strip() for line in text.splitlines() if line.strip()] or [EMPTY]


def texts_of(composition: Composition) -> Iterator[str]:
    """Every text as printed, in the order of the pages; charts give their labels and figures in Word only and are not among them."""
    yield from composition.all_marks
    yield composition.title
    yield from (text for text in (composition.subtitle, composition.number, composition.to) if text)
    for name, value in composition.cover:
        yield from (name, words_of(value))
    for group in groups_of(composition):
        for block in group.blocks:
            yield from _texts(block)
    yield from composition.annexes
    yield from (text for text in (composition.issuer, composition.dated, composition.contact, composition.copies) if text)


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text):
            yield text
        case Paragraph(text=text):
            yield from lines_of(text)
        case Pairs(rows=rows):
            for name, value in rows:
                yield from (name, *lines_of(words_of(value)))
        case PaperTable():
            yield from _table_texts(block)
        case Chart(caption=caption):
            yield caption
        case Signature(lines=lines):
            yield from lines


def _table_texts(table: PaperTable) -> Iterator[str]:
    if not table.rows:
        yield from [table.empty] if table.empty else []
        return
    yield from [table.caption] if table.caption else []
    yield from (column.head for column in table.columns)
    for row in table.rows:
        for value, column in zip(row, table.columns, strict=True):
            yield from lines_of(words_of(value, column))
    yield from (words_of(value, column) for value, column in zip(table.total, table.columns, strict=bool(table.total)) if value != "")
    yield from [table.note] if table.note else []
