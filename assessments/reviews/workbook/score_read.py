"""Reading an expert's workbook back and comparing it with what is on the portal now. Writes nothing."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.crypto import constant_time_compare

from assessments.reviews.models.review import PanelMember
from assessments.reviews.workbook.score_book import (
    AT,
    COLUMNS,
    FIELDS,
    FIRST_ROW,
    FORMAT,
    HEAD_ROW,
    LABELS,
    MARKS,
    SHEET,
    WORDS,
    Held,
    book_marks,
    seal_of,
    unpacked,
    words_of,
)
from assessments.workbook.build import EXACT_DIGITS
from assessments.workbook.compare import KEEP, Comparison, Option, Question
from assessments.workbook.read import Book, Taken
from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks.grids import BookCell, CellLine, Grid, address_of, grids, shown, unreadable
from indicators.scoring.numbers import plain

MOST_ROWS = 1000
NOT_OURS = "这不是从本页导出的评分工作簿，请先导出再填写"
Check = Callable[[Held, Mapping[str, str]], str]


@dataclass
class ScoreComparison(Comparison):
    """What an import would do; ``typed`` are the fields of each clause as they would be, with the version compared."""

    typed: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)


def read_scores(member: PanelMember, lines: Sequence[Held], content: bytes) -> Book:
    """Read a workbook of this seat. Raises ``Refused`` for a file that is no sound workbook."""
    found = grids(content, (SHEET, MARKS), rows=FIRST_ROW + MOST_ROWS, columns=len(COLUMNS))
    marks = [[str(cell.value) for cell in row if cell.value is not None] for row in found.get(MARKS, [])]
    marks = [mark for mark in marks if mark]
    book = Book(problems=_foreign(found, marks, member))
    if not book.problems:
        base = {item_id: unpacked(text) for item_id, _, text in marks[len(book_marks(member)) : -1]}
        _Reader(lines, book, base).read(found[SHEET])
    return book


def _foreign(found: Mapping[str, Grid], marks: list[list[str]], member: PanelMember) -> list[str]:
    mine = book_marks(member)
    if SHEET not in found or len(marks) <= len(mine) or not marks[0][0].startswith(FORMAT.partition("/")[0]):
        return [NOT_OURS]
    head = [mark[0] for mark in marks[: len(mine)]]
    if head[0] != FORMAT:
        return [f"工作簿是旧格式（{head[0]}），请重新导出后填写"]
    if not constant_time_compare(seal_of(marks[:-1]), marks[-1][0]):
        return ["隐藏的校对信息被改动过，不能核对，请重新导出后填写"]
    for own, given, words in zip(mine[1:], head[1:], ("另一项评审", "另一位专家", "另一版标准"), strict=True):
        if own != given:
            return [f"工作簿是{words}的，请从本页导出"]
    heads = [str(cell.value or "") for cell in found[SHEET][HEAD_ROW]] if len(found[SHEET]) > HEAD_ROW else []
    wrong = next((at for at, (_, head_, _) in enumerate(COLUMNS) if at >= len(heads) or heads[at] != head_), None)
    return [] if wrong is None else [f"表头 {address_of(HEAD_ROW, wrong)} 应为“{COLUMNS[wrong][1]}”，请重新导出后填写"]


class _Reader:
    """Goes through the lines of one workbook."""

    def __init__(self, lines: Sequence[Held], book: Book, base: Mapping[str, Mapping[str, str]]) -> None:
        self.lines, self.book, self.base = {held.clause.item.id: held for held in lines}, book, base

    def read(self, grid: Grid) -> None:
        """Every line once."""
        seen: set[str] = set()
        for at, row in _rows(grid):
            key = str(row[AT["key"]].value or "").strip()
            if wrong := self._strange(key, row, seen):
                line = CellLine(
                    address_of(at, AT["item"]), shown(row[AT["item"]].value), shown(row[AT["title"]].value), "整行", "", "", wrong
                )
                self.book.refused.append(line)
                continue
            seen.add(key)
            for name in FIELDS:
                self._cell(at, self.lines[key], name, row[AT[name]])
        self.book.missing = tuple(key for key in self.lines if key not in seen)

    def _strange(self, key: str, row: list[BookCell], seen: set[str]) -> str:
        if not key:
            return "这一行没有对应的条文，是新插入的行；意见须写在条文的行里"
        if key not in self.lines:
            return f"条文“{key[:20]}”没有分派给您"
        if key in seen:
            return f"条文 {key} 出现两次，请删去一行"
        return "" if str(row[AT["item"]].value or "").strip() == key else "条文号与隐藏的键不符，请重新导出后填写"

    def _cell(self, at: int, held: Held, name: str, cell: BookCell) -> None:
        item, before = held.clause.item, self.base.get(held.clause.item.id, {}).get(name, "")
        text, wrong = _read(name, cell)
        if not wrong and text != before and name == "points" and text and not held.clause.asks_points:
            wrong = "控制项和不参评的条文不填分数"
        if wrong:
            line = CellLine(address_of(at, AT[name]), item.id, item.title, LABELS[name], words_of(name, before), shown(cell.value), wrong)
            self.book.refused.append(line)
        elif text == before:
            self.book.same += 1
        else:
            self.book.taken.append(Taken(address_of(at, AT[name]), item.id, name, "", before, ((text, ""),)))


def _rows(grid: Grid) -> Iterator[tuple[int, list[BookCell]]]:
    for at, row in enumerate(grid[FIRST_ROW:], start=FIRST_ROW):
        if any(cell.value is not None for cell in row):
            yield at, [*row, *[BookCell(None)] * (len(COLUMNS) - len(row))]


def _read(name: str, cell: BookCell) -> tuple[str, str]:
    """Content of a cell, and why it cannot be read."""
    if wrong := unreadable(cell):
        return "", wrong
    value = cell.value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    text = plain(Decimal(f"{value:.{EXACT_DIGITS}g}")) if number else str(value or "").replace("\r\n", "\n").strip()
    if name not in WORDS or not text:
        return text, ""
    found = WORDS[name].get(text)
    return (found, "") if found else ("", f"请从列表选取：{'、'.join(WORDS[name])}")


def compare_scores(lines: Sequence[Held], taken: Sequence[Taken], check: Check, choices: Mapping[str, str]) -> ScoreComparison:
    """Compare cells with the scores as they are; ``check`` says why the fields of a clause cannot be taken together."""
    found = ScoreComparison()
    held = {one.clause.item.id: one for one in lines}
    by_item: dict[str, list[Taken]] = {}
    for one in taken:
        by_item.setdefault(one.item_id, []).append(one)
    for item_id, cells in by_item.items():
        _clause(found, held[item_id], cells, check, choices)
    versions = sorted((item_id, held[item_id].score.version) for item_id in by_item)
    found.seen = hashlib.sha256(json.dumps(versions).encode()).hexdigest()[:16]
    return found


def _clause(found: ScoreComparison, held: Held, cells: list[Taken], check: Check, choices: Mapping[str, str]) -> None:
    now, after, asked = held.content, dict(held.content), set()
    for one in cells:
        wanted, have = str(one.readings[0][0] or ""), now[one.field]
        if wanted == have:
            found.same += 1
            continue
        if have != one.base:
            question = _question(held, one, have, wanted, choices.get(one.address, ""))
            found.questions.append(question)
            asked.add(one.address)
            if not question.options[0].chosen:
                continue
        after[one.field] = wanted
    changed = [one for one in cells if after[one.field] != now[one.field]]
    if not changed:
        return
    if wrong := check(held, after):
        found.refused.append(_line(held, changed[0], now[changed[0].field], after[changed[0].field], wrong))
        return
    found.changed += [_line(held, one, now[one.field], after[one.field], "") for one in changed if one.address not in asked]
    found.typed[held.clause.item.id] = (held.score.version, after)


def _question(held: Held, taken: Taken, have: str, wanted: str, chosen: str) -> Question:
    options = (
        Option("0", words_of(taken.field, wanted) or "空", "工作簿中填写的", chosen == "0"),
        Option(KEEP, words_of(taken.field, have) or "空", "平台现存，导出后在线改", chosen == KEEP),
    )
    return Question(_line(held, taken, str(taken.base or ""), "", "导出后平台上也有改动，请选定一个"), options, conflict=True)


def _line(held: Held, taken: Taken, before: str, after: str, note: str) -> CellLine:
    item, name = held.clause.item, taken.field
    return CellLine(taken.address, item.id, item.title, LABELS[name], words_of(name, before), words_of(name, after), note)


def refusal_words(refused: Refused) -> str:
    """All reasons in one line."""
    return "；".join(refusal.text for refusal in refused.refusals)
