"""Read and check the rows of a 历史补录 workbook or CSV without storing anything; each problem names its cell and the reason."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from approvals.common.enums import BulkKind, TitleKind
from approvals.titles.columns import TITLE
from approvals.titles.models.publicity import Title
from approvals.titles.services.history import policies_for
from districts.common.enums import Certainty, Stage
from districts.file.models.district import District
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refused
from greendistrict.core.folded_keys import folded
from greendistrict.core.integers import whole
from greendistrict.documents.workbooks.asked_texts import AskingReader
from greendistrict.documents.workbooks.book import Cell, Heads, Returned, as_cell
from greendistrict.documents.workbooks.cells import read_cell, says_nothing, shown_number
from greendistrict.documents.workbooks.columns import CHOICE, DAY, TEXT, VALUE, AnsweredValue, Column, WrongCellError, words_of
from greendistrict.documents.workbooks.grids import BookCell, CellLine, address_of, shown, unreadable
from greendistrict.documents.workbooks.preview import Preview

MOST_ROWS = 500
FIRST_YEAR = 2018


DISTRICT = Column("district", "城区", needed=True)
CERTAINTY = Column("certainty", "确定程度", CHOICE, choices={Certainty.SOURCED: "有出处", Certainty.INFERRED: "推定"})
SOURCE = Column("source", "出处", most=500)
COLUMNS = {
    BulkKind.TITLES: (
        DISTRICT,
        *TITLE.part("kind", "star", "number", "granted_on", "edition_text").book_columns(),
        Column("policy", "依据文件"),
        SOURCE,
        CERTAINTY,
    ),
    BulkKind.CHECKS: (
        DISTRICT,
        Column("year", "年度", VALUE, needed=True),
        Column("filed_on", "报送日期", DAY),
        SOURCE,
        CERTAINTY,
        Column("note", "说明", most=300),
    ),
}
HEADS = {kind: tuple(column.label for column in columns) for kind, columns in COLUMNS.items()}


@dataclass
class TakeoverRow:
    """One row as read: row number in the file, typed cells, parsed values, and problems by column head.

    ``places``: column index by head; ``unread``: cells that contain no value; ``notes``: what was read otherwise than it was typed.
    """

    number: int
    typed: dict[str, Cell | bool]
    places: Mapping[str, int]
    unread: Mapping[str, str] = field(default_factory=dict)
    value: dict[str, Any] = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """All problems of the row as texts."""
        return [words for _, words in self.wrong]

    @property
    def problems_by_cell(self) -> list[str]:
        """All problems, each with the address of its cell."""
        return [f"{address_of(self.number - 1, self.places[head])} {words}" for head, words in self.wrong]

    def refuse(self, head: str, words: str) -> None:
        """Add a problem to a cell."""
        self.wrong.append((head, words))

    def signable(self) -> list[Any]:
        """The row as plain data that can be signed, sent to the browser and posted back."""
        return [self.number, self.typed, dict(self.places), dict(self.unread)]


@dataclass
class TakeoverPreview(Preview):
    """The rows of a file with their problems, and how its heads were read."""

    rows: list[TakeoverRow] = field(default_factory=list)

    @property
    def good(self) -> int:
        """Number of rows without problems."""
        return sum(not row.problems for row in self.rows)

    @property
    def applicable(self) -> bool:
        """Whether there are rows, to be written or given back."""
        return bool(self.rows)

    def work(self) -> dict[str, Any]:
        """The rows, to be signed and judged again when they are written."""
        return {"rows": [row.signable() for row in self.rows]}


class TakeoverReader(AskingReader):
    """Reads rows of one kind from any sheet that names 城区 and another column."""

    columns: Sequence[Column] = ()
    foreign_heads = MappingProxyType({
        "district": ("城区名称", "名称", "地区", "城区代码"),
        "kind": ("称号类型", "称号类别", "类型", "类别"),
        "star": ("星级标识", "等级"),
        "number": ("称号编号", "证书编号", "文号"),
        "granted_on": ("授予时间", "命名日期", "公布日期", "批准日期"),
        "edition_text": ("适用标准版本", "标准", "评价标准"),
        "policy": ("政策依据", "依据"),
        "source": ("来源", "资料来源", "数据来源", "档案出处"),
        "certainty": ("可信程度", "确定性"),
        "year": ("自查年度", "年份", "报告年度"),
        "filed_on": ("报送时间", "提交日期", "上报日期"),
        "note": ("备注", "附注"),
    })  # fmt: skip

    def __init__(self, kind: str, today: dt.date) -> None:
        self.kind, self.today, self.columns = kind, today, COLUMNS[BulkKind(kind)]

    def read(self, content: bytes) -> TakeoverPreview:
        """Rows of a workbook with their problems. Raises ``Refused`` for a file that is no workbook, and for no or too many rows."""
        found, unread = self.found_in(content, MOST_ROWS)
        if found is None:
            return TakeoverPreview(problems=[self.no_heads], unread=unread, absent=tuple(column.label for column in self.columns))
        Refused.when(found.is_longer(MOST_ROWS), f"一次最多{MOST_ROWS}行（合计、说明等行也计入），请分几次导入")
        lines, left, table = list[tuple[int, list[BookCell]]](), list[CellLine](), found.table_lines(self.columns)
        for at in range(found.first_row, len(found.grid)):
            texts = [shown(cell.value).strip() for cell in found.row(at)]
            if what := table.aside(texts):
                place, text = next((place, text) for place, text in enumerate(texts) if text)
                left.append(CellLine(address_of(at, place), text, "", "", "", text, what))
            elif any(texts[place] for place in found.heads.places if place is not None and place < len(texts)):
                lines.append((at, found.row(at)))
        if merged := found.merged_words(at for at, _ in lines):
            raise Refused(merged)
        Refused.unless(0 < len(lines) <= MOST_ROWS, f"应有1至{MOST_ROWS}行，现有{len(lines)}行")
        rows = judged(self.kind, [self._row(at, line, found.heads) for at, line in lines], self.today)
        read = [cell for _, line in lines for cell in found.heads.laid(line)]
        formulas = sum(cell.kind == "f" and cell.result is not None for cell in read)
        more: dict[str, Any] = {"unread": found.unread, "absent": found.heads.absent, "guessed": dict(found.guessed)}
        more |= {"chosen": self.chosen_in(found), "formulas": formulas}
        return TakeoverPreview(rows=rows, aside=left, told=found.told, **more)

    def _row(self, at: int, line: Sequence[BookCell], heads: Heads) -> TakeoverRow:
        """A row with its cell texts; dates are accepted in date columns only."""
        cells = {column.label: cell for column, cell in zip(self.columns, heads.laid(line), strict=True)}
        first = heads.places[0] or 0  # what is wrong with a column that is not there is told of the first cell
        places = {column.label: first if at is None else at for column, at in zip(self.columns, heads.places, strict=True)}
        days = {column.label for column in self.columns if column.kind == DAY}
        unread = {head: wrong for head, cell in cells.items() if (wrong := _unread(cell, day=head in days))}
        texts = {column.label for column in self.columns if column.kind == TEXT}  # 1.10 as the number of a paper is not 1.1
        typed = {head: as_cell(shown_number(cell) if head in texts else cell.value) for head, cell in cells.items()}
        row = TakeoverRow(at + 1, typed, places, unread)
        for column in self.columns:
            if column.kind == CHOICE and column.label not in unread:
                self._answer(column, row)
        return row

    def _answer(self, column: Column, row: TakeoverRow) -> None:
        """Put the answer in the place of a text that is asked once for all rows."""
        try:
            found = self.answered(column, BookCell(row.typed[column.label]), None, row.number)
        except WrongCellError:
            return  # told with the row
        if isinstance(found, AnsweredValue):
            row.typed[column.label] = words_of(column, found.value)
            row.notes.append(found.note)


def _unread(cell: BookCell, *, day: bool) -> str:
    return "" if day and isinstance(cell.value, dt.date) else unreadable(cell)


def restored(kind: str, signed: Iterable[Sequence[Any]], today: dt.date) -> list[TakeoverRow]:
    """Rows restored from a signed preview and checked again."""
    return judged(kind, [TakeoverRow(*line) for line in signed], today)


def judged(kind: str, rows: list[TakeoverRow], today: dt.date) -> list[TakeoverRow]:
    """The rows with parsed values and problems filled in."""
    found = District.objects.all()
    districts = {folded(key): district for district in found for key in (district.code, district.name)}
    judge = _title if kind == BulkKind.TITLES else _check
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        district = districts.get(folded(str(row.typed.get("城区") or "")))
        _values(kind, row)
        if not row.value.get("source") or says_nothing(row.value["source"]):
            row.refuse("出处", "没有写明出处")
        if district is None:
            row.wrong = row.wrong if any(head == "城区" for head, _ in row.wrong) else [("城区", "没有这个城区"), *row.wrong]
            continue
        row.value |= {"district": district, "certainty": row.value.get("certainty") or Certainty.SOURCED}
        key = judge(row, district, today)
        if key in seen:
            row.refuse("城区", "文件里重复")
        seen.add(key)
    if kind == BulkKind.TITLES:
        _in_order(rows)
    return rows


def _in_order(rows: Iterable[TakeoverRow]) -> None:
    """A demonstration title does not begin before the pilot title that it follows, in the file or recorded before."""
    good = [row for row in rows if not row.problems]
    pilots = {row.value["district"].pk: row.value["granted_on"] for row in good if row.value["kind"] == TitleKind.PILOT}
    held = Title.objects.filter(end="", kind=TitleKind.PILOT, district__in=[row.value["district"] for row in good])
    pilots |= dict(held.values_list("district_id", "granted_on"))
    for row in good:
        day, before = row.value["granted_on"], pilots.get(row.value["district"].pk)
        if row.value["kind"] == TitleKind.DEMONSTRATION and day and before and day < before:
            row.refuse("授予日期", f"试点称号于{day_in_words(before)}授予，其后的示范称号不能早于这一天")


def _values(kind: str, row: TakeoverRow) -> None:
    """Parse every cell into its stored form."""
    for column in COLUMNS[BulkKind(kind)]:
        row.value[column.field] = None
        if wrong := row.unread.get(column.label):
            row.refuse(column.label, wrong)
            continue
        try:
            row.value[column.field], note = read_cell(column, BookCell(row.typed.get(column.label)))
            row.notes += [note] if note else []
        except WrongCellError as error:
            row.refuse(column.label, str(error))


def _title(row: TakeoverRow, district: District, today: dt.date) -> tuple[Any, ...]:
    kind, star, day = row.value["kind"], row.value["star"], row.value["granted_on"]
    row.value["star"] = int(star) if star else None
    _past(row, "授予日期", day, today)
    known = policies_for(day)
    row.value["policy"] = next((one for one in known if folded(one) == folded(row.value["policy"] or "")), row.value["policy"])
    if row.value["policy"] not in known:
        row.refuse("依据文件", f"依据文件应为{'、'.join(sorted(known))}")
    if kind and district.titles.filter(kind=kind).exists():
        row.refuse("称号", "这个城区已有这一称号")
    elif district.stage == Stage.DEMONSTRATION:
        row.refuse("称号", "这个城区已是示范，不能再补录试点称号")
    return ("title", district.pk, kind)


def _check(row: TakeoverRow, district: District, today: dt.date) -> tuple[Any, ...]:
    year = row.value["year"] = _year(row, today.year - 1)
    _past(row, "报送日期", row.value["filed_on"], today)
    if district.historic_self_checks.filter(year=year).exists() or district.self_checks.filter(year=year).exists():
        row.refuse("年度", "这一年度已有自查")
    return ("check", district.pk, year)


def _year(row: TakeoverRow, last: int) -> int:
    """Year of a self-check from before the portal; 0 if it is none."""
    typed = row.value["year"]
    year = whole(folded(typed).removesuffix("年度").removesuffix("年"), 0) if typed else 0
    if FIRST_YEAR <= year <= last:
        return year
    if typed:
        row.refuse("年度", f"年度应为{FIRST_YEAR}至{last}")
    return 0


def _past(row: TakeoverRow, head: str, day: dt.date | None, today: dt.date) -> None:
    if day is not None and day > today:
        row.refuse(head, f"{head}晚于今天")


def returned(kind: str, rows: Iterable[TakeoverRow]) -> list[Returned]:
    """Rows that will not be imported, with the reasons at their cells."""
    heads = list(HEADS[BulkKind(kind)])
    found = []
    for row in rows:
        why: dict[int, str] = {}
        for head, words in row.wrong:
            at = heads.index(head)
            why[at] = f"{why[at]}；{words}" if at in why else words
        if why:
            found.append(Returned([row.typed.get(head) for head in heads], why))
    return found
