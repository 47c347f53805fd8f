"""The plot list as a workbook that can be filled in and read back: the list, how to fill it, the land-use classes, and whose it is."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

from districts.enums import Acquisition
from districts.greenindicators import Indicator, indicators, show
from districts.landuse import classes, source
from districts.models import District, Plot, PlotIndicator

FORMAT = "greendistrict.plots/1"
SHEET, GUIDE, CLASSES, MARKS = "地块", "填写说明", "用地分类", "gd"
HEAD_ROW, FIRST_ROW = 2, 3  # counted from 0, as XlsxWriter does
TEXT, NUMBER, DAY, FLAG, WAY, USE, VALUE = "text", "number", "day", "flag", "way", "use", "value"
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
STAGES = {"required": "要求", "designed": "设计", "built": "建成"}


@dataclass(frozen=True)
class Column:
    """One column: field of the plot, or key and stage of an indicator (``field`` is then ``key.stage``)."""

    field: str
    label: str
    kind: str
    width: int = 12
    places: int = 0
    most: int = 0
    indicator: Indicator | None = None


PLOT_COLUMNS = (
    Column("number", "地块编号", TEXT, 16, most=40),
    Column("sub_area", "所在分区", TEXT, 12, most=60),
    Column("land_use", "用地性质", USE, 24, most=60),
    Column("area_ha", "用地面积 公顷", NUMBER, 12, places=4),
    Column("floor_area", "建筑面积 ㎡", NUMBER, 12, places=2),
    Column("buildable", "可建设", FLAG, 8),
    Column("owner", "建设单位（权属）", TEXT, 24, most=100),
    Column("acquisition", "取得方式", WAY, 10),
    Column("planned_acquisition", "计划取得", DAY),
    Column("planned_start", "计划开工", DAY),
    Column("planned_finish", "计划竣工", DAY),
    Column("acquired_on", "取得日期", DAY),
    Column("started_on", "开工日期", DAY),
    Column("built_on", "建成日期", DAY),
    Column("conforms", "绿色生态内容符合", FLAG, 10),
)
VALUE_COLUMNS = tuple(
    Column(f"{key}.{stage}", f"{known.short}{words}{f' {known.unit}' if known.unit else ''}", VALUE, 11, indicator=known)
    for key, known in indicators().items()
    for stage, words in STAGES.items()
)
COLUMNS = (*PLOT_COLUMNS, *VALUE_COLUMNS)
WORDS = (
    "1. 地块编号是识别依据：平台上已有的编号修改原地块，没有的编号新增一个地块；工作簿里没有的地块不变，不会删除。",
    "2. 用地性质填国家用地用海分类（2023）的代码或名称，见“用地分类”表。",
    "3. 日期填 2026-03-01 的样子；是否类填“是”或“否”；取得方式填出让、划拨、自有，未取得的留空。",
    "4. 已启动建设管控的地块，取得、开工、建成、符合以及已答复的要求值由管控步骤登记，在这里改动会被拒绝。",
    "5. 数字直接填数值，不带单位；单位为%的填 75 或 75%，不填 0.75。不要填公式。",
    "6. 上传后先预览逐格的改动，确认后一次写入，有一格不能接受就都不写入；没有后续办理时可以整批撤销。",
)


def plot_book(district: District, plots: Iterable[Plot], values: Mapping[int, Mapping[str, PlotIndicator]]) -> bytes:
    """Workbook of plots; ``values`` are their indicators by plot and key."""
    import xlsxwriter  # noqa: PLC0415 -- only who exports pays for it

    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    sheet = book.add_worksheet(SHEET)
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, column.width)
    mark = "　演示数据" if district.is_demo else ""
    sheet.write_string(0, 0, f"{district.name}地块清单{mark}", book.add_format({"bold": True, "font_size": 14}))
    for at, column in enumerate(COLUMNS):
        sheet.write_string(HEAD_ROW, at, column.label, bold)
    sheet.freeze_panes(FIRST_ROW, 1)
    for row, plot in enumerate(plots, start=FIRST_ROW):
        for at, cell in enumerate(cells_of(plot, values.get(plot.pk, {}))):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(row, at, cell)
            else:
                sheet.write_number(row, at, cell)
    _more_sheets(book, district)
    book.close()
    return stream.getvalue()


def _more_sheets(book: Any, district: District) -> None:
    guide = book.add_worksheet(GUIDE)
    guide.set_column(0, 0, 110)
    for at, words in enumerate((f"填写说明　{district.name}", *WORDS)):
        guide.write_string(at, 0, words)
    for at, known in enumerate(indicators().values(), start=len(WORDS) + 2):
        guide.write_string(at, 0, f"{known.label}：{known.how}；{known.comparison}")
    uses = book.add_worksheet(CLASSES)
    uses.set_column(1, 1, 30)
    uses.write_string(0, 0, f"出处：{source()}")
    for at, (code, name) in enumerate(classes().items(), start=1):
        uses.write_string(at, 0, code)
        uses.write_string(at, 1, name)
    marks = book.add_worksheet(MARKS)
    for at, text in enumerate((FORMAT, district.code)):
        marks.write_string(at, 0, text)
    marks.hide()


def cells_of(plot: Plot, values: Mapping[str, PlotIndicator]) -> Iterator[str | float]:
    """Cells of a plot in the order of ``COLUMNS``; numbers are numbers, everything else text."""
    for column in PLOT_COLUMNS:
        yield cell_of(plot, column)
    for key, known in indicators().items():
        row = values.get(key)
        for stage in STAGES:
            kept = getattr(row, stage) if row else ""
            yield float(Decimal(kept)) if kept and known.kind == NUMBER else show(known, kept)


def cell_of(plot: Plot, column: Column) -> str | float:
    """Value of a plot's field as its cell holds it."""
    value = getattr(plot, column.field)
    if column.kind == USE:
        return f"{plot.land_use_code} {plot.land_use}".strip()
    if value is None:
        return ""
    if column.kind == NUMBER:
        return float(value)
    return words_of(column, value)


def words_of(column: Column, value: Any) -> str:
    """Stored value of a field in words."""
    if value in (None, ""):
        return ""
    if column.kind == FLAG:
        return "是" if value else "否"
    if column.kind == WAY:
        return str(Acquisition(value).label)
    if column.kind == NUMBER:
        return f"{Decimal(value).normalize():f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return show(column.indicator, str(value)) if column.indicator else str(value)
