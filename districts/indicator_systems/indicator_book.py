"""An indicator system as a workbook that can be filled in and read back. Hidden: the key of each row and what the book is of."""

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any

from districts.indicator_systems.indicatorrows import MEASURED
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.selectors.indicators import IndicatorLine
from districts.indicator_systems.targets import NUMBER, RANGE

FORMAT = "greendistrict.indicators/1"
SHEET, GUIDE, MARKS = "指标体系", "填写说明", "gd"
HEAD_ROW, FIRST_ROW = 3, 4  # counted from 0, as XlsxWriter does
TAKING_PART, LEFT_OUT = "参评", "不参评"
# (field, head, width); fields that are empty are read by people only.
COLUMNS = (
    ("key", "键", 8), ("", "编号", 9), ("", "指标", 26), ("", "要求", 30), ("", "填法", 26), ("taking_part", "参评", 8),
    ("exclusion_reason", "不参评理由", 20), ("baseline_year", "基准年", 9), ("baseline", "基准值", 12), ("near", "近期目标", 12),
    ("mid", "中期目标", 12), ("long", "远期目标", 12), ("department", "责任部门", 18), ("source", "数据来源", 20),
)  # fmt: skip
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WORDS = (
    "1. 只填白色单元格；灰色单元格和隐藏的第一列不要改动，行的次序可以改变。",
    "2. 数字直接填数值，不带单位；单位为%的填 85 或 85%，不填 0.85。",
    "3. 是否类填“是”或“否”，选项类照“填法”一列的文字填写，范围填 60~80。",
    "4. “不参评”只用于标准允许不参评的条文，并写明理由。",
    "5. 不要填公式；填好后在平台上传，先预览逐格的改动，确认后一次写入，有一格不能接受就都不写入。",
    "6. 新增自定指标、修改目标年，请在平台的指标体系页面办理。",
)


def indicator_book(system: IndicatorSystem, lines: Iterable[IndicatorLine]) -> bytes:
    """Workbook of a version: the table, the guidance, and a hidden sheet that says which district, edition and version it is."""
    import xlsxwriter  # noqa: PLC0415 -- only who exports pays for it

    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    sheet = book.add_worksheet(SHEET)
    _head(book, sheet, system)
    grey, white = book.add_format({"bg_color": "#eef1f4", "text_wrap": True, "valign": "top"}), book.add_format({"valign": "top"})
    for at, line in enumerate(lines, start=FIRST_ROW):
        _write(sheet, at, line, grey, white)
    _guide(book, system)
    marks = book.add_worksheet(MARKS)
    for at, text in enumerate((FORMAT, system.district.code, system.edition.code, str(system.number))):
        marks.write_string(at, 0, text)
    marks.hide()
    book.close()
    return stream.getvalue()


def _head(book: Any, sheet: Any, system: IndicatorSystem) -> None:
    district, edition = system.district, system.edition
    marks = "　".join([*(["演示数据"] if district.is_demo else []), *([edition.mark] if edition.mark else [])])
    years = "，".join(
        f"{label}{year}年" for label, year in (("近期", system.near_year), ("中期", system.mid_year), ("远期", system.long_year)) if year
    )
    title = f"{district.name}绿色生态指标体系（第{system.number}版，{system.get_status_display()}）　{marks}".rstrip()
    sheet.write_string(0, 1, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 1, f"{edition.code} {edition.title}　目标年：{years or '未填'}")
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
    for column, (_, label, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width, None, {"hidden": column == 0})
        sheet.write_string(HEAD_ROW, column, label, bold)
    sheet.freeze_panes(FIRST_ROW, 3)


def _guide(book: Any, system: IndicatorSystem) -> None:
    guide = book.add_worksheet(GUIDE)
    guide.set_column(0, 0, 100)
    guide.write_string(0, 0, f"填写说明　{system.district.name}", book.add_format({"bold": True, "font_size": 14}))
    for at, words in enumerate(WORDS, start=1):
        guide.write_string(at, 0, words)


def _write(sheet: Any, at: int, line: IndicatorLine, grey: Any, white: Any) -> None:
    """One row; single numbers are numbers, everything else text."""
    row = line.row
    for column, text in enumerate((row.key, row.item_id or row.key, row.title, line.must, line.measure.how)):
        sheet.write_string(at, column, text, grey)
    for column, (field, _, _) in enumerate(COLUMNS):
        if not field or field == "key":
            continue
        value = cell_of(line, field)
        if isinstance(value, str):
            sheet.write_string(at, column, value, white)
        else:
            sheet.write_number(at, column, value, white)


def cell_of(line: IndicatorLine, field: str) -> str | float:
    """Value of a row as its cell holds it."""
    row = line.row
    if field == "taking_part":
        return TAKING_PART if row.taking_part else LEFT_OUT
    if field == "baseline_year":
        return row.baseline_year or ""
    kept = str(getattr(row, field))
    if field in MEASURED and kept and (line.measure.kind == NUMBER or (line.measure.kind == RANGE and "~" not in kept)):
        return float(Decimal(kept))
    return dict(zip(MEASURED, (line.baseline, *line.targets), strict=True)).get(field, kept)
