"""A pasted table, one clause a row, as an office copies it from a book → clauses of a chapter (pure functions).

Heads are found by their words. Cells are read as those of an edition's workbook; what they say is checked by the checks of an edition.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

from greendistrict.core.errors import Refused
from greendistrict.core.folded_keys import visible_lines
from greendistrict.core.number_parsing import NumberError, parse_number, plain
from greendistrict.documents.workbooks.columns import NUMBER, Column, WrongCellError
from greendistrict.documents.workbooks.foreign import HeadReader, UnknownHeadsError, foreign_sheet, head_names, likely_heads
from greendistrict.documents.workbooks.grids import BookCell, Grid, is_longer, unreadable
from greendistrict.documents.workbooks.layout import Merged
from greendistrict.documents.workbooks.lines import HEADING, ditto_words
from greendistrict.documents.workbooks.pasted import NAME as PASTED
from greendistrict.documents.workbooks.pasted import pasted_rows
from indicators.catalogue.item_checks import REQUIREMENT_LENGTH
from indicators.editions.workbook.decode import READERS
from indicators.editions.workbook.encode import ITEM_KINDS, LINE_EACH, VALUE, column, number, word
from indicators.entry.numbers import in_order
from indicators.entry.wording import read_rule

Item = dict[str, Any]
PERCENT = {"unit": "%", "min": 0, "max": 100, "decimals": 2}
NO_CELLS = "粘贴的内容不是表格里的单元格。从 PDF 复制的，先粘到 Excel 或 WPS 里分好列，再连同表头复制过来"
NO_HEADS = "没有找到表头。第一行应有“编号”和别的列名，如名称、类型、分值、条件、计分、证明材料"
MOST_LINES, MOST_COLUMNS = 2_000, 60
COLUMNS: tuple[Column, ...] = (
    column("id", "编号"), column("title", "名称"), word("kind", "类型", ITEM_KINDS), number("points", "分值"),
    column("requirement", "条件"), column("rule", "计分"), *VALUE, column("group", "分组"),
    column("evidence", "证明材料", LINE_EACH), column("source_department", "数据来源部门"), column("method", "核算方法"),
    column("exclude_when", "不参评情形"),
)  # fmt: skip
SYNONYMS: Mapping[str, Sequence[str]] = {
    "id": ("条文号", "条文编号", "条款号", "条款编号", "条号", "条款", "条文"),
    "title": ("条文名称", "指标名称", "指标", "评价内容", "评价指标", "内容"),
    "kind": ("种类", "条文类型", "条文种类", "属性", "性质"),
    "points": ("分数", "满分", "评价分值", "得分", "分值分"),
    "requirement": ("要求", "条文内容", "评价要求", "技术要求", "达标条件"),
    "rule": ("计分规则", "评分规则", "计分方法", "评分方法", "得分规则", "评分标准"),
    "unit": ("单位",), "min": ("最小值",), "max": ("最大值",), "group": ("节", "小节", "类别"),
    "evidence": ("佐证材料", "证明资料", "提交材料", "材料", "证明文件"),
    "source_department": ("部门", "责任部门", "来源部门"), "method": ("评价方法", "核查方法", "查验方法", "评价要点"),
}  # fmt: skip
LABELS = {one.field: one.label for one in COLUMNS}
TEXTS = ("title", "requirement", "group", "source_department", "method")


class ClauseHeads(HeadReader):
    """The heads of a table of clauses; ``kind`` of import that choices of columns are kept for."""

    kind = "indicators.entry"
    columns: Sequence[Column] = COLUMNS
    foreign_heads = SYNONYMS


@dataclass(frozen=True)
class EntryFault:
    """Something that keeps a row out: where it stands, the clause, the column, and what is wrong."""

    where: str
    number: str
    label: str
    text: str


@dataclass
class ReadRows:
    """What was read: filled cells of each row by field with its place; faults; what was left out, and heads in words.

    ``asked``: the column that is read or proposed by each head that may be read otherwise, ``chosen`` the heads that are read so;
    ``columns``: labels of those that may be chosen.
    """

    rows: list[tuple[str, Item]] = field(default_factory=list)
    faults: list[EntryFault] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    matched: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)


def pasted_grid(text: str) -> Grid:
    """The copied cells, all of them texts, so that 5.10 stays 5.10. Raises ``Refused`` for what is no range of cells."""
    words = {"no_cells": NO_CELLS, "too_much": "粘贴的内容过多，请分几次粘贴"}
    rows = pasted_rows(text, lines=MOST_LINES, columns=MOST_COLUMNS, **words)
    return [[BookCell(cell.strip() or None) for cell in row] for row in rows]


def read_rows(
    sheets: Mapping[str, Grid], merged: Mapping[str, Sequence[Merged]] | None = None, labels: Mapping[str, str] | None = None
) -> ReadRows:
    """Read the sheet that has the heads; ``labels`` of columns by head as people chose them. Raises ``UnknownHeadsError``, ``Refused``."""
    reader = ClauseHeads()
    reader.choose(labels or {})
    sheet = foreign_sheet(COLUMNS, head_names(COLUMNS, SYNONYMS, reader.chosen), sheets, merged or {}, reader.must)
    if sheet is None:
        raise UnknownHeadsError(NO_HEADS, reader, likely_heads(sheets))
    Refused.when(is_longer(sheet.grid, MOST_LINES), f"一张工作表最多{MOST_LINES}行，“{sheet.name}”更长，请分几次导入")
    read = {**sheet.guessed, **reader.chosen_in(sheet)}
    asked, columns = reader.asked(read, sheet.unread, sheet.heads.absent), [*read.values(), *sheet.heads.absent]
    found = ReadRows(matched=sheet.matched, unread=sheet.unread, asked=asked, columns=columns, chosen=list(read))
    places = {one.field: at for one, at in zip(COLUMNS, sheet.heads.places, strict=True) if at is not None}
    group, table = "", sheet.table_lines(COLUMNS)
    for at in range(sheet.first_row, len(sheet.grid)):
        cells = sheet.row(at)
        texts = [str(cell.value or "").strip() for cell in cells]
        filled = [text for text in texts if text]
        where = f"第{at + 1}行" if sheet.name == PASTED else f"{sheet.name}第{at + 1}行"
        if not filled:
            continue
        said = table.aside(texts)
        if said and said != HEADING:
            found.left_out.append(f"{where}（{said}）")
        elif len(filled) == 1 and (label := _continued(texts, places)):
            found.faults.append(EntryFault(where, "", label, "这一行只有这一格有字，像是上一条断开的，请并到上一条"))
        elif len(filled) == 1:
            group = re.sub(r"^[\d.\s]+|^第.{1,5}[章节]\s*", "", filled[0]).strip() or filled[0]
            found.left_out.append(f"{where}“{filled[0][:20]}”作为以下各条的分组")
        else:
            _row(found, cells, places, where, group)
    if one := sheet.merged_in(range(sheet.first_row, len(sheet.grid))):
        found.faults.append(EntryFault(f"{sheet.name}第{one.first_row + 1}行", "", "", "有合并单元格，看不出每行各是什么，请取消合并"))
    return found


def _continued(texts: Sequence[str], places: Mapping[str, int]) -> str:
    """Label of the column where a line has its one text, if it is none that could head the clauses below."""
    at = next(at for at, text in enumerate(texts) if text)
    found = next((name for name, place in places.items() if place == at), "")
    return LABELS[found] if at and found not in {"", "id", "title", "group", "kind"} else ""


def _row(found: ReadRows, cells: Sequence[BookCell], places: Mapping[str, int], where: str, group: str) -> None:
    given: Item = {"group": group} if group else {}
    number, before = "", len(found.faults)
    for one in COLUMNS:
        at = places.get(one.field)
        cell = cells[at] if at is not None and at < len(cells) else BookCell(None)
        if cell.value is None or cell.value == "":
            continue
        number = str(cell.value).strip()[:20] if one.field == "id" else number
        try:
            given[one.field] = _read(one, cell)
        except WrongCellError as error:
            found.faults.append(EntryFault(where, number, one.label, str(error)))
    if "id" not in given and not number:
        found.faults.append(EntryFault(where, "", LABELS["id"], "未填"))
    if len(found.faults) == before:
        found.rows.append((where, given))


def _read(one: Column, cell: BookCell) -> Any:
    if cell.kind in {"f", "e"}:
        raise WrongCellError(unreadable(cell))
    if same := ditto_words(cell.value):
        raise WrongCellError(same)
    value = visible_lines(cell.value) if isinstance(cell.value, str) else cell.value
    if one.field == "id" and isinstance(value, str):
        value = "".join(normalize("NFKC", value).replace("。", ".").split())
    if one.field == "points" and isinstance(value, str):
        if value in {"-", "—", "/", "－"}:
            return None
        value = value.removesuffix("分").strip()
    if one.kind == NUMBER and isinstance(value, str):
        try:
            value = plain(parse_number(value))
        except NumberError as error:
            msg = f"{one.label}应为数字，现为“{value[:20]}”"
            raise WrongCellError(msg) from error
    if one.kind == LINE_EACH and isinstance(value, str):
        return [part.strip() for part in re.split(r"[\n；;]+", value) if part.strip()]
    return READERS[one.kind](one, value)


@dataclass(frozen=True)
class Fill:
    """What clauses get where the table says nothing: texts by field; ``shorten``: long conditions go to the method.

    ``only``: clauses of the chapter that are not in the table go.
    """

    texts: Mapping[str, Any] = field(default_factory=dict)
    shorten: bool = False
    only: bool = False


@dataclass(frozen=True)
class ChapterBase:
    """What new clauses of a chapter begin with: code and source of the edition, its keys, the kind of the chapter."""

    code: str
    url: str | None
    official: bool
    types: Sequence[str]
    stages: Sequence[str]
    is_bonus: bool

    def basis(self, number: str) -> Item:
        """The clause of the standard itself as the basis; quoted only where its official source has an address."""
        quoted = self.official and self.url
        certainty = "quoted" if quoted else "inferred" if self.official else "authored"
        return {"cite": f"{self.code}第{number}条", "url": self.url if quoted else None, "certainty": certainty}


def items_of(found: ReadRows, kept: Sequence[Item], base: ChapterBase, fill: Fill) -> tuple[list[Item], dict[str, str]]:
    """Clauses of the chapter with these rows taken in, in the order of their numbers; and the place of each row by number.

    A row of a stored number changes what its cells say and leaves the rest. Faults are added to ``found``.
    """
    items = {item["id"]: item for item in kept}
    places: dict[str, str] = {}
    for where, given in found.rows:
        name = given.get("id")
        if not name:
            continue
        if name in places:
            found.faults.append(EntryFault(where, name, LABELS["id"], f"与{places[name]}重复"))
            continue
        places[name] = where
        try:
            items[name] = _item(given, items.get(name), base, fill)
        except WrongCellError as error:
            found.faults.append(EntryFault(where, name, *error.args))
    return sorted(items.values(), key=lambda item: in_order(item["id"])), places


def _item(given: Item, old: Item | None, base: ChapterBase, fill: Fill) -> Item:
    """One clause. Raises ``WrongCellError`` with the label of a column and what is wrong with it."""
    name, kind = given["id"], given.get("kind") or (old and old["kind"]) or _kind(given, base)
    item: Item = copy.deepcopy(old) if old else {
        "id": name, "kind": kind, "group": ITEM_KINDS[kind], "title": None, "requirement": None, "points": None,
        "applies": {"types": list(base.types), "stages": list(base.stages)}, "may_exclude": False, "exclude_when": None,
        "when_absent": None, "shared_with": [], "auto": None, "value": None, "inputs": None, "rule": None, "evidence": [],
        "source_department": None, "method": None, "beauty": [], "basis": [base.basis(name)],
    }  # fmt: skip
    item["kind"] = kind
    item |= {key: value for key, value in given.items() if key in {*TEXTS, "points", "evidence"}}
    if given.get("exclude_when"):
        item |= {"may_exclude": True, "exclude_when": given["exclude_when"]}
    item |= {key: value for key, value in fill.texts.items() if value and not item[key]}
    if fill.shorten and item["requirement"] and len(item["requirement"]) > REQUIREMENT_LENGTH:
        whole = item["requirement"]
        item["requirement"] = whole[: REQUIREMENT_LENGTH - 1] + "…"
        item["method"] = whole if not item["method"] or item["method"] == fill.texts.get("method") else f"{whole}\n{item['method']}"
    if kind == "control":
        item["points"] = given.get("points")
    _rule(item, given)
    return item


def _kind(given: Item, base: ChapterBase) -> str:
    if base.is_bonus:
        return "bonus"
    if given.get("points") is not None:
        return "score"
    label = LABELS["kind"]
    msg = "未填；控制项请写控制项，评分项请写分值"
    raise WrongCellError(label, msg)


def _rule(item: Item, given: Item) -> None:
    words = given.get("rule")
    if not words:
        if item["rule"] is None and item["kind"] == "control":
            item["rule"] = {"kind": "pass"}
        if item["value"] is not None:
            item["value"] |= {key: given[key] for key in PERCENT if key in given}
        return
    try:
        read = read_rule(words, item["points"])
    except ValueError as error:
        raise WrongCellError(LABELS["rule"], str(error)) from error
    item["rule"] = read.rule
    if not read.measured:
        item |= {"value": None, "inputs": None}
        return
    old = item["value"] or {}
    unit = given.get("unit") or ("%" if read.percent else old.get("unit"))
    if not unit:
        label, msg = "取值单位", "这种计分要写取值单位，百分比写%"
        raise WrongCellError(label, msg)
    span = {**(PERCENT if unit == "%" else {"unit": unit, "min": 0, "max": None, "decimals": 2}), **old, "unit": unit}
    item["value"] = {**span, **{key: given[key] for key in PERCENT if key in given}}
    if item["value"]["max"] is None:
        label, msg = "取值最大", "单位不是%的，要写取值最大（可能出现的最大值）"
        raise WrongCellError(label, msg)
