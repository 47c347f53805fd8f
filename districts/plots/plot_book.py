"""The plot list as a workbook: plots with the three values of their green indicators, and the land-use classes to choose from."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from districts.common.enums import Acquisition, ImportKind
from districts.file.models.core import District
from districts.land.greenindicators import NUMBER as NUMERIC
from districts.land.greenindicators import indicators, show
from districts.land.landuse import classes, source, transcribed
from districts.plots.models import Plot, PlotIndicator
from districts.workbooks.cells import CHOICE, DAY, FLAG, NUMBER, TEXT, USE, VALUE, Column, cell_of
from districts.workbooks.listbook import Book, write_book

STAGES = {"required": "要求", "designed": "设计", "built": "建成"}
PLOT_COLUMNS = (
    Column("number", "地块编号", TEXT, 16, most=40, needed=True),
    Column("sub_area", "所在分区", TEXT, 12, most=60),
    Column("land_use", "用地性质", USE, 24, most=60),
    Column("area_ha", "用地面积 公顷", NUMBER, 12, places=4, digits=4, needed=True),
    Column("floor_area", "建筑面积 m²", NUMBER, 12, places=2),
    Column("buildable", "可建设", FLAG, 8),
    Column("owner", "建设单位（权属）", TEXT, 24, most=100),
    Column("acquisition", "取得方式", CHOICE, 10, choices=Acquisition),
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
BOOK = Book(
    ImportKind.PLOTS,
    "地块",
    "个地块",
    COLUMNS,
    (
        "地块编号是识别依据：平台上已有的编号修改原地块，没有的编号新增一个地块；工作簿里没有的地块不变，不会删除。",
        "用地性质填国家用地用海分类（2023）的代码或名称，见“用地分类”表。",
        "日期填 2026-03-01 的样子；是否类填“是”或“否”；取得方式填出让、划拨、自有，未取得的留空。",
        "已启动建设管控的地块，取得、开工、建成、符合以及已答复的要求值由管控步骤登记，在这里改动会被拒绝。",
        "单位为%的填 75 或 75%，不填 0.75。",
    ),
)
SHEET = BOOK.sheet


def plot_book(district: District, plots: Iterable[Plot], values: Mapping[int, Mapping[str, PlotIndicator]]) -> bytes:
    """Workbook of plots; ``values`` are their indicators by plot and key."""
    uses = [[f"出处：{source()}。{transcribed()}"], *([code, name] for code, name in classes().items())]
    guide = [f"{known.label}：{known.how}；{known.comparison}" for known in indicators().values()]
    rows = (cells_of(plot, values.get(plot.pk, {})) for plot in plots)
    return write_book(district, BOOK, rows, guide=guide, tables={"用地分类": uses})


def cells_of(plot: Plot, values: Mapping[str, PlotIndicator]) -> Iterator[str | float]:
    """Cells of a plot in the order of ``COLUMNS``."""
    for column in PLOT_COLUMNS:
        use = f"{plot.land_use_code} {plot.land_use}".strip()
        yield use if column.kind == USE else cell_of(column, getattr(plot, column.field))
    for key, known in indicators().items():
        row = values.get(key)
        for stage in STAGES:
            kept = getattr(row, stage) if row else ""
            yield float(Decimal(kept)) if kept and known.kind == NUMERIC else show(known, kept)
