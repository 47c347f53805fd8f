"""Write sheets into a workbook with instructions, drop-downs and limits."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from greendistrict.core.errors import Refused
from greendistrict.documents.spreadsheets import made
from greendistrict.documents.workbooks.book import choice_limits, write_cell, write_columns, write_guide
from greendistrict.documents.workbooks.columns import FLAG, NUMBER, YES_NO, Column
from indicators.catalogue.normal_form import digest, normalise, raw_of, use_note
from indicators.editions.workbook.decode import Decoding
from indicators.editions.workbook.encode import FIRST_ROW, GUIDE, SHEETS, Grid, columns_of, grids_of, tables_of
from indicators.editions.workbook.gather import gather

# Fixed, so that the same edition gives the same file.
CREATED = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - spreadsheets have no time zones
LONGEST = 32_767
UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|x005F_")
SPARE_ROWS = 500
GUIDANCE = (
    "填写说明：一个工作簿是一个完整的评价标准。第1行为列名，第2行为说明，第3行起填写；列名和工作表名不要改动。",
    "顺序：先填“版本”的编号、类型、阶段、星级，再填“章”、“条文”，最后填“规则”和“依据”。条文按所在章排列。",
    "规则：每个评分条文先写一行“规则”，选规则种类；分档每档一行“档”，线性写“起点”“终点”，逐项累计和择一每项一行“内容”。",
    "规则种类：满足：控制项；分档：按达到的最高一档；线性：两点之间按比例；逐项累计：勾选项相加；择一：选一种情形。",
    "规则种类：计数：按个数；申报：直接申报整数分；多项相加：各分项分别得分后相加。",
    "多项相加：先写一行不带分项的“规则”，再逐个分项写：分项列编号，分项的“规则”行另填取值键、取值名称、单位、最小、最大、小数位。",
    "权重：“章”表每个类型和阶段一列，列名为“权重 类型键/阶段键”；加分章写0。改了类型或阶段的键，列名须随之改动。",
    "文本格式：条文号、章号、键等列已设为文本格式。粘贴时请“只粘贴值”，不要让 5.10 变成 5.1。",
    "不接受：公式、宏、合并单元格、指向其他工作簿的链接。请粘贴为数值后导入。",
    "未录全：空着的分值、规则、权重、星级门槛作缺项导入，列出缺项，不能评分；补齐后重新导入。",
)
BLANK: dict[str, Any] = {
    "edition": {"code": None, "title": None, "official": True, "based_on": None, "in_force": None, "replaces": None, "sources": []},
    "types": [{"key": "new", "label": "新建城区"}, {"key": "renewal", "label": "更新城区"}],
    "stages": [{"key": "planning", "label": "规划设计"}, {"key": "operation", "label": "实施运管"}],
    "levels": [{"key": f"star{at}", "label": f"{name}星级", "min": None} for at, name in enumerate("一二三", start=1)],
    "total": {"method": "weighted", "bonus_cap": None},
    "chapters": [],
}


def blank_workbook() -> bytes:
    """Return the empty template, with types, stages and levels filled in."""
    return _book(full_grids(BLANK), tables_of(BLANK), "空白模板")


def workbook_of(document: Mapping[str, Any]) -> bytes:
    """Return an edition as a workbook from which the same document can be read back; a note on its use heads the instructions.

    Raises ``Refused`` for the rare texts that a spreadsheet cannot store unchanged.
    """
    grids = full_grids(document)
    Refused.unless(_keeps(document, grids), "这一标准含有 Excel 不能原样保存的文字，请导出 YAML 文件")
    head = document["edition"]
    mark = "" if head["official"] else "（参考版，不是官方标准条文）"
    return _book(grids, tables_of(document), f"{head['code']} {head['title']}{mark}", use_note(official=head["official"]))


def full_grids(document: Mapping[str, Any]) -> dict[str, Grid]:
    """Rows by sheet with heads and hints, as in the file."""
    tables, grids = tables_of(document), grids_of(document)
    heads: dict[str, Grid] = {
        sheet: [[column.label for column in columns_of(sheet, tables)], [column.hint or None for column in columns_of(sheet, tables)]]
        for sheet in SHEETS
    }
    return {sheet: heads[sheet] + grids[sheet] for sheet in SHEETS}


def _keeps(document: Mapping[str, Any], grids: dict[str, Grid]) -> bool:
    """Whether the cells represent the whole document, and a spreadsheet can store each of them."""
    texts = (cell for grid in grids.values() for row in grid for cell in row if isinstance(cell, str))
    if any(len(text) > LONGEST or UNWRITABLE.search(text) for text in texts):
        return False
    decoding = Decoding()
    data = gather(grids, decoding)
    return not decoding.problems and digest(normalise(data)) == digest(normalise(raw_of(dict(document))))


def _book(grids: dict[str, Grid], tables: list[tuple[str, str]], title: str, note: str = "") -> bytes:
    def write(book: Any) -> None:
        book.set_properties({"title": title, "created": CREATED})
        write_guide(book, book.add_worksheet(GUIDE), title, [*([note] if note else []), *GUIDANCE])
        for sheet in SHEETS:
            _sheet(book, sheet, columns_of(sheet, tables), grids[sheet])

    return made(write)


def _sheet(book: Any, name: str, columns: tuple[Column, ...], grid: Grid) -> None:
    sheet = book.add_worksheet(name)
    hint = book.add_format({"font_color": "#5A6472", "text_wrap": True, "valign": "top", "font_size": 9})
    text, plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}), book.add_format({"valign": "top"})
    forms = [plain if column.kind == NUMBER else text for column in columns]
    write_columns(book, sheet, 0, columns, forms=forms)
    last = len(grid) + SPARE_ROWS
    for at, column in enumerate(columns):
        if words := YES_NO if column.kind == FLAG else tuple(column.choices.values()):
            sheet.data_validation(FIRST_ROW - 1, at, last, at, choice_limits(words))
    for row, cells in enumerate(grid[1:], start=1):
        for at, cell in enumerate(cells):
            if cell is not None:
                # Spreadsheets keep 16 digits of a number; others are written as text, which reads back unchanged.
                exact = isinstance(cell, int | float) and float(f"{cell:.16G}") == cell
                write_cell(sheet, row, at, cell if exact else str(cell), hint if row < FIRST_ROW - 1 else forms[at])
    sheet.freeze_panes(FIRST_ROW - 1, 2)
    sheet.autofilter(0, 0, len(grid), len(columns) - 1)
