"""A composition in printable form: cells as text, captions numbered; the common input of every format."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import combinations, pairwise
from math import ceil, sqrt

from greendistrict.core.marked_text import MarkedText
from greendistrict.core.rounding import fixed
from greendistrict.core.templatetags.gd import cn_date
from reports.composition.blocks import (
    BLANK,
    NOT_PRINTED,
    UNKNOWN,
    Block,
    Cell,
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
    Wide,
)
from reports.composition.enums import ColumnKind, Style
from reports.composition.unbroken import room_for

EMPTY = "—"
MANY = 10_000  # whole numbers from here on are grouped; below stand years
LEAST = 12  # mm of a column that says no width
SAMPLE = 200  # rows whose texts decide how wide a column is
SHORTEST, LONGEST = 4, 120  # characters of a text between which a column grows with it
SPARED = 3  # part of the widest column that goes to a number
NARROWEST = 12  # mm of a column that was narrowed: two characters
UPRIGHT, LANDSCAPE, LARGE = 156, 247, 370  # mm between the margins
CHARACTER, DIGIT, PADDING = 4.3, 2.0, 4.0  # mm of a Chinese character, a digit and both sides of a cell in a table
WHOLE = 7  # lines of a table that stay on one page
LOW = 2  # lines of a row that does not stand alone below the head of a table or at the top of its last page
TALL = 24  # lines of a row that may go over pages
NARROW = 3  # part of the page below which a column holds no text of so many lines: it would be a strip over pages
BELOW = "见表后"
SHORT = 8  # lines of a table that would leave two thirds of a landscape page empty
ON_COVER = 8  # entries of contents that stand on the cover: on a page of their own they would fill less than a third of it
FEWEST = 3  # entries that are worth a list
LISTED = 2  # levels of headings in the contents
COVER_LINE, LETTER_LINE = 16, 19  # characters of a title's line
# In mm: space on the cover besides 查验码 and margins, its cells, and the lines of title, facts and contents, as in composition.css
COVER_ROOM, COVER_LOOSE, COVER_FACT, TITLE_HIGH, FACT_HIGH, ENTRY_HIGH = 128, 105, 85, 15, 8, 7
PHRASES, MOST_PHRASES = re.compile("(?<=[）》”的])"), 8
CELL_PADDING = 3.0  # mm, both sides of a cell
LATIN, CHINESE = 0.6, "\u2010"  # a Latin letter or digit of a title beside a Chinese one, and where these begin


@dataclass(frozen=True)
class Group:
    """Blocks on pages of the same orientation and size: A4, or A3 for ``large`` ones."""

    wide: bool
    blocks: tuple[Block, ...]
    large: bool = False


def words_of(value: Cell, column: PaperColumn | None = None) -> str:
    """A cell as text: numbers grouped with a minus sign, dates written out, — for an empty text."""
    if value is None:
        return column.missing if column else UNKNOWN
    if isinstance(value, Decimal):
        return fixed(value, column.digits if column else 2, grouped=True).replace("-", "−")
    if isinstance(value, dt.date):
        return cn_date(value)
    if isinstance(value, int):
        return (f"{value:,}" if abs(value) >= MANY else str(value)).replace("-", "−")
    return value if isinstance(value, MarkedText) else str(value) or EMPTY


def groups_of(composition: Composition) -> list[Group]:
    """Blocks by orientation with numbered captions; letters have no numbers."""
    counters, depths = {"表": 0, "图": 0}, [0]

    def numbered(block: Block) -> Block:
        if isinstance(block, Heading):
            depths.append(min(block.level, depths[-1] + 1))
            return replace(block, depth=depths[-1])
        if composition.style is Style.REPORT and isinstance(block, PaperTable) and block.caption and block.rows:
            counters["表"] += 1
            return replace(block, caption=f"表{counters['表']}　{block.caption}")
        if composition.style is Style.REPORT and isinstance(block, Chart | Picture):
            counters["图"] += 1
            return replace(block, caption=f"图{counters['图']}　{block.caption}")
        return block

    groups: list[Group] = []
    for block in composition.blocks:
        wide = isinstance(block, Wide) and not _stands_upright(block)
        page = (LARGE if isinstance(block, Wide) and block.large else LANDSCAPE) if wide else UPRIGHT
        parts = block.blocks if isinstance(block, Wide) else (block,)
        inner = tuple(piece for part in parts for piece in _strips_apart(numbered(part), page))
        if groups and not wide and not groups[-1].wide:
            groups[-1] = Group(wide=False, blocks=groups[-1].blocks + inner)
        else:
            groups.append(Group(wide=wide, blocks=inner, large=isinstance(block, Wide) and block.large))
    return groups


def _strips_apart(block: Block, page: float) -> Iterator[Block]:
    """A table, followed by texts too long for its narrow columns, each after the name of its row and column."""
    if not isinstance(block, PaperTable) or not block.rows:
        yield block
        return
    widths = widths_in(block, page)
    names = next((place for place, column in enumerate(block.columns) if column.kind is ColumnKind.NAME), 0)
    rows, apart = [], []
    for row in block.rows:
        kept = list(row)
        for place, (value, column, width) in enumerate(zip(row, block.columns, widths, strict=True)):
            if not isinstance(value, str) or isinstance(value, MarkedText) or place == names or width * NARROW > page:
                continue
            if high_of(lines_of(value), width) > TALL:
                kept[place] = BELOW
                apart.append(Paragraph(f"{words_of(row[names])}，{column.title}：{value}"))
        rows.append(tuple(kept))
    yield replace(block, rows=tuple(rows)) if apart else block
    yield from apart


def _stands_upright(part: Wide) -> bool:
    """Whether a landscape part fits on portrait pages: only empty tables, or a single short one that stays legible."""
    tables = [block for block in part.blocks if isinstance(block, PaperTable)]
    if not tables or not all(isinstance(block, PaperTable | Heading) for block in part.blocks):
        return False
    if not any(table.rows for table in tables):
        return True
    if len(tables) > 1:
        return False
    [table] = tables
    if part.large or len(table.rows) > SHORT:
        return False
    rows = cells_of(table)
    return _is_legible(table.columns, rows) and sum(highs_of(rows, widths_in(table, LANDSCAPE))) <= SHORT


def cells_of(table: PaperTable) -> list[list[list[str]]]:
    """Cells of the table's rows, as lines."""
    return [[lines_of(words_of(value, column)) for value, column in zip(row, table.columns, strict=True)] for row in table.rows]


def _is_legible(columns: Sequence[PaperColumn], rows: Sequence[Sequence[Sequence[str]]]) -> bool:
    """Whether each column is wide enough in portrait format that no number, date or reference is broken."""
    for place, (column, width) in enumerate(zip(columns, widths_of(columns, UPRIGHT, rows), strict=True)):
        longest = max((len(line) for row in rows for line in row[place]), default=0)
        if width < room_for(line for row in rows for line in row[place]) + PADDING:
            return False
        if width < (NARROWEST if column.width else 2 * LEAST) or (column.kind is ColumnKind.NUMBER and width < longest * DIGIT + PADDING):
            return False
    return True


def highs_of(rows: Iterable[Sequence[Sequence[str]]], widths: Sequence[float]) -> list[int]:
    """Number of lines of each row in columns of these widths."""
    return [max(high_of(lines, width) for lines, width in zip(row, widths, strict=True)) for row in rows]


def high_of(lines: Sequence[str], width: float) -> int:
    """Number of lines that a text takes in a cell of ``width`` mm, measured in Chinese characters."""
    return sum(ceil(len(line) * CHARACTER / width) for line in lines)


@dataclass(frozen=True)
class Parting:
    """How a table may be split across pages: not at all if ``whole``.

    Row numbers, from 1: ``tall`` may be split themselves, ``joined`` stay on the page of the next row, which may be the total.
    """

    whole: bool
    tall: frozenset[int]
    joined: frozenset[int] = frozenset()


def parting_of(rows: Iterable[Sequence[Sequence[str]]], widths: Sequence[float], *, total: bool = False) -> Parting:
    """Splitting of a table with these cells in columns of these widths: no low row and no total stands alone beside a page's edge."""
    highs = highs_of(rows, widths)
    tall = frozenset(number for number, high in enumerate(highs, start=1) if high > TALL)
    last = len(highs)
    beside = ((1, highs[0]), (last - 1, highs[-1])) if last > 1 else ()
    joined = {number for number, high in beside if high <= LOW} | ({last} if total else set())
    return Parting(whole=sum(highs) <= WHOLE, tall=tall, joined=frozenset(joined))


def title_lines(title: str, longest: int) -> list[str]:
    """A title split at the end of phrases (演示区（虚构） and 2025年度评估报告), in as few and as even lines as possible."""
    phrases = [phrase for phrase in PHRASES.split(title) if phrase]
    if len(phrases) > MOST_PHRASES:
        return [title]
    ways = [
        ["".join(phrases[begin:end]) for begin, end in pairwise((0, *cuts, len(phrases)))]
        for count in range(len(phrases))
        for cuts in combinations(range(1, len(phrases)), count)
    ]
    return min(ways, key=partial(_badness, longest=longest), default=[title])


def _badness(lines: Sequence[str], *, longest: int) -> tuple[bool, int, float]:
    """Cost of a split: whether a line breaks within a phrase, number of lines, unevenness."""
    longs = [_long(line) for line in lines]
    return max(longs) > longest, sum(ceil(long / longest) for long in longs), max(longs)


def _long(text: str) -> float:
    """Length of a title line in Chinese characters."""
    return sum(LATIN if character < CHINESE else 1 for character in text)


def contents_of(composition: Composition) -> list[Heading]:
    """Headings of the contents; none for letters, for very few headings, or if the cover has no room for a short list."""
    found = [block for _, block in composition.under_headings() if isinstance(block, Heading) and block.level <= LISTED]
    if composition.style is Style.LETTER or len(found) < FEWEST:
        return []
    return found if len(found) > ON_COVER or _cover_high(composition) + len(found) * ENTRY_HIGH <= COVER_ROOM else []


def is_full(composition: Composition) -> bool:
    """Whether the cover's text needs its margins."""
    return 0 < len(contents_of(composition)) <= ON_COVER or _cover_high(composition) > COVER_LOOSE


def _cover_high(composition: Composition) -> int:
    title = sum(ceil(_long(line) / COVER_LINE) for line in title_lines(composition.title, COVER_LINE))
    facts = sum(high_of(lines_of(words_of(value)), COVER_FACT) for _, value in composition.cover)
    return title * TITLE_HIGH + facts * FACT_HIGH


def widths_of(columns: Sequence[PaperColumn], page: float, rows: Sequence[Sequence[Sequence[str]]] = ()) -> list[float]:
    """Widths in mm between the margins of a page: as given, the rest shared; if no column shares, the given ones fill the page.

    Columns that share the rest get more the longer the texts of their cells are (``rows``, in lines). If the given widths are too large
    they are all reduced, to not less than two characters. A number or date that would break gets space from the widest column.
    """
    return _unbroken(_shared(columns, page, rows), columns, rows)


def _shared(columns: Sequence[PaperColumn], page: float, rows: Sequence[Sequence[Sequence[str]]]) -> list[float]:
    free = sum(column.width is None for column in columns)
    given = [column.width or 0 for column in columns]
    least = [min(width, NARROWEST) for width in given]
    room = page - LEAST * free
    if not free and 0 < sum(given) <= room:
        made: list[float] = [width * page / sum(given) for width in given]
    elif sum(given) <= room:
        made = list(given)
    elif sum(least) < room:
        share = (room - sum(least)) / (sum(given) - sum(least))
        made = [low + (width - low) * share for width, low in zip(given, least, strict=True)]
    else:
        made = [width * room / sum(given) for width in given]
    texts = [[row[place] for row in rows[:SAMPLE]] for place in range(len(columns))]
    weights = [0.0 if column.width is not None else _weight(column, cells) for column, cells in zip(columns, texts, strict=True)]
    rest, least_free = page - sum(made), LEAST if page - sum(made) >= LEAST * free else 0
    spare = rest - least_free * free
    return [
        least_free + spare * weights[place] / sum(weights) if column.width is None else made[place] for place, column in enumerate(columns)
    ]


def widths_in(table: PaperTable, page: float) -> list[float]:
    """Widths of a table's columns by its values, including the total row."""
    total = [[words_of(value, column)] for value, column in zip(table.total, table.columns, strict=bool(table.total))]
    return widths_of(table.columns, page, [*cells_of(table), *([total] if total else [])])


def _weight(column: PaperColumn, cells: Sequence[Sequence[str]]) -> float:
    """Weight of a column in sharing the rest: square root of its longest text, so that a long text does not take everything."""
    longest = max((sum(map(len, lines)) for lines in cells), default=0)
    return sqrt(min(max(longest, len(column.head), SHORTEST), LONGEST)) if cells else 1.0


def _unbroken(widths: list[float], columns: Sequence[PaperColumn], rows: Sequence[Sequence[Sequence[str]]]) -> list[float]:
    """The widths with enough room to keep numbers and dates on one line, if another column can spare it."""
    rooms = [_room_for(column, [line for row in rows for line in row[place]]) for place, column in enumerate(columns)]
    for place, room in enumerate(rooms):
        spare = {
            at: min(widths[at] - rooms[at], widths[at] / SPARED)  # what a column needs itself it keeps
            for at in range(len(widths))
            if at != place and columns[at].kind is not ColumnKind.NUMBER
        }
        giver = max(spare, key=spare.__getitem__, default=place)
        lacking = room - widths[place]
        if 0 < lacking <= spare.get(giver, 0):
            widths[place] += lacking
            widths[giver] -= lacking
    return widths


def _room_for(column: PaperColumn, lines: Sequence[str]) -> float:
    """Room for the longest unbreakable text: numbers, dates, and what else stays together."""
    if column.kind is ColumnKind.NUMBER:
        return max(map(len, lines), default=0) * DIGIT + PADDING if lines else 0
    return kept + CELL_PADDING if (kept := room_for(lines)) else 0


def lines_of(text: str) -> list[str]:
    """Paragraphs of a text; — for an empty one."""
    if text == BLANK:
        return [""]
    if isinstance(text, MarkedText):
        return [line for line in text.lines() if line.strip()] or [EMPTY]
    return [line.strip() for line in text.splitlines() if line.strip()] or [EMPTY]


def texts_of(composition: Composition) -> Iterator[str]:
    """Every text as printed, in page order; charts are excluded, because only Word prints their labels and figures as text."""
    yield from composition.all_marks
    yield composition.title
    yield from (text for text in (composition.subtitle, composition.number, composition.to) if text)
    for name, value in composition.cover:
        yield from (name, words_of(value))
    for group in groups_of(composition):
        for block in group.blocks:
            yield from texts_in(block)
    yield from composition.annexes
    yield from (text for text in (composition.issuer, composition.dated, composition.contact, composition.copies) if text)
    yield from filter(None, composition.imprint.split("\t"))


def texts_in(block: Block) -> Iterator[str]:
    """Texts of one block as printed."""
    match block:
        case Heading(text=text):
            yield text
        case Paragraph(text=text):
            yield from lines_of(text)
        case Listing(items=items):
            yield from (text for _, text, _ in items)
        case Pairs(rows=rows):
            for name, value in rows:
                yield from (name, *lines_of(words_of(value)))
        case PaperTable():
            yield from _table_texts(block)
        case Chart(caption=caption, source=source):
            yield caption
            yield from [source] if source else []
        case Picture(caption=caption, content=content):
            yield from (() if content else (NOT_PRINTED,))
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
