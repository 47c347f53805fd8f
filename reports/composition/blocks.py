"""Content of a report or letter as frozen data, without layout.

Numbers are formatted only when printed, so that workbook and figures file contain the same values as the page. ``None`` means unknown and
is never printed as 0. Captions have no numbers: tables and charts are numbered when rendered.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings

from greendistrict.documents.enums import MARKS, Confidentiality
from reports.common.definitions import Definition
from reports.composition.enums import ChartKind, ColumnKind, ParagraphStyle, Style

Cell = str | int | Decimal | dt.date | None
UNKNOWN = "未查明"
NO_RECORD = "没有记录。"
NOT_PRINTED = "（插图不印）"
TRAINING = "培训环境"
BLANK = "\u3000"  # a cell that is left empty, where an empty text would be printed as —


@dataclass(frozen=True)
class Heading:
    """Heading of level 1 to 3; its number (一、（一）1.) is part of the text. ``depth``: as nested, 1. may follow 一、 directly."""

    text: str
    level: int = 1
    depth: int = 0


@dataclass(frozen=True)
class Paragraph:
    """Running text; line breaks start a new paragraph."""

    text: str
    style: ParagraphStyle = ParagraphStyle.BODY


@dataclass(frozen=True)
class Listing:
    """A list: items with their number (None for a bullet) and their nesting depth."""

    items: tuple[tuple[int | None, str, int], ...]


@dataclass(frozen=True)
class Picture:
    """A picture inserted by a user: caption, content as JPEG or PNG (None if it may not be printed), key."""

    caption: str
    content: bytes | None
    file: str = ""


@dataclass(frozen=True)
class Pairs:
    """Pairs of name and value. ``key`` names them in the figures file; by default the preceding heading does."""

    rows: tuple[tuple[str, Cell], ...]
    key: str = ""


@dataclass(frozen=True)
class PaperColumn:
    """One column: ``width`` in mm, ``digits`` decimals of its numbers, ``missing`` printed for None."""

    title: str
    width: int | None = None
    kind: ColumnKind = ColumnKind.TEXT
    digits: int = 2
    unit: str = ""
    missing: str = UNKNOWN

    @property
    def head(self) -> str:
        """Title with its unit."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title


@dataclass(frozen=True)
class PaperTable:
    """A table; without rows the sentence ``empty`` is printed instead, nothing if it is empty because the text above says so.

    ``total`` is the last row, set apart.
    """

    caption: str
    columns: tuple[PaperColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    empty: str = NO_RECORD
    note: str = ""
    key: str = ""


@dataclass(frozen=True)
class ChartSeries:
    """A named series of values, one per label of the chart."""

    name: str
    values: tuple[Decimal | int | None, ...]


@dataclass(frozen=True)
class Chart:
    """A chart; Word and the workbook contain its figures too.

    ``BARS`` takes one series and optionally a second for comparison, ``RADAR`` the same with at least three labels, ``LINES`` up to three;
    ``BOXES`` takes five: minimum, lower quartile, median, upper quartile, maximum. ``TILES`` is a schematic map of the city: its labels
    are names of ``districts.common.city_grid``, its series are counts. ``source`` says below it where its figures come from and as of when.
    """

    caption: str
    kind: ChartKind
    labels: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    unit: str = "分"
    key: str = ""
    source: str = ""

    @property
    def heads(self) -> tuple[str, ...]:
        """Headers of its figures as a table: an empty one for the labels, then the series with their unit."""
        return ("", *(f"{series.name}（{self.unit}）" if self.unit else series.name for series in self.series))

    @property
    def lines(self) -> list[tuple[Cell, ...]]:
        """Its figures as table rows, one per label."""
        return list(zip(self.labels, *(series.values for series in self.series), strict=True))


@dataclass(frozen=True)
class PageBreak:
    """The next block starts a new page."""


@dataclass(frozen=True)
class Signature:
    """Signature lines of the signing body."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Wide:
    """Blocks on landscape pages, for tables with many columns; ``large``: on A3."""

    blocks: tuple[Any, ...]
    large: bool = False


Block = Heading | Paragraph | Listing | Picture | Pairs | PaperTable | Chart | PageBreak | Signature | Wide


@dataclass(frozen=True)
class Composition:
    """A report or letter.

    ``cover`` are the lines of a report's first page, ``edition`` names the edition (第1版, 未核定). ``number`` (文号), ``to`` (主送),
    ``annexes`` (附件), ``issuer``, ``dated``, ``contact`` and ``copies`` (抄送) are lines of a letter as printed. ``figures`` are named
    single figures for the figures file, with units in their names; ``definitions`` define them and the terms of the tables, as a sheet of
    the workbook. Without ``confidentiality`` the level of the report kind applies. ``short``: without cover if it has up to four pages;
    ``framed``: a certificate. ``imprint`` (印发) stands below ``copies`` at the foot of the last page, parted by a tab.
    """

    title: str
    blocks: tuple[Block, ...]
    style: Style = Style.REPORT
    subtitle: str = ""
    edition: str = ""
    number: str = ""
    to: str = ""
    annexes: tuple[str, ...] = ()
    issuer: str = ""
    dated: str = ""
    contact: str = ""
    copies: str = ""
    imprint: str = ""
    cover: tuple[tuple[str, Cell], ...] = ()
    marks: tuple[str, ...] = ()
    is_demo: bool = False
    reference: bool = False
    figures: Mapping[str, Any] = field(default_factory=dict)
    definitions: tuple[Definition, ...] = ()
    confidentiality: Confidentiality | None = None
    short: bool = False
    framed: bool = False

    @property
    def author(self) -> str:
        """The body that issues the paper, as its cover or foot names it; empty if it names none."""
        return str(dict(self.cover).get("编制单位") or "") or self.issuer.removesuffix("（印章）")

    @property
    def level_mark(self) -> str:
        """Confidentiality mark, printed at the top left of the first page; empty for public papers."""
        return MARKS[self.confidentiality or Confidentiality.INTERNAL]

    @property
    def all_marks(self) -> tuple[str, ...]:
        """Marks printed on every page and sheet."""
        training = (TRAINING,) if settings.TRAINING else ()
        return (*training, *(("演示数据",) if self.is_demo else ()), *(("参考版",) if self.reference else ()), *self.marks)

    def is_large(self, table: PaperTable) -> bool:
        """Whether the table is on A3 pages."""
        return any(one is table for block in self.blocks if isinstance(block, Wide) and block.large for one in block.blocks)

    def under_headings(self) -> Iterator[tuple[str, Block]]:
        """Every block, including those on landscape pages, with its preceding heading."""
        heading = ""
        for block in self.blocks:
            for one in block.blocks if isinstance(block, Wide) else (block,):
                if isinstance(one, Heading):
                    heading = one.text
                yield heading, one
