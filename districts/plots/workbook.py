"""The plot list as a workbook: plots with three values per green indicator, and the list of land-use classes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from districts.common.enums import ImportKind
from districts.file.models.district import District
from districts.file.workbook_marks import list_book
from districts.land.green_indicators import NUMBER as NUMERIC
from districts.land.green_indicators import Indicator, indicators, show
from districts.land.green_indicators import parse as parse_value
from districts.land.land_use import classes, source, transcribed
from districts.plots.columns import PLOT_ENTERED
from districts.plots.models import Plot, PlotIndicator
from greendistrict.documents.workbooks.book import Book, Cell, Returned
from greendistrict.documents.workbooks.columns import VALUE, Column, cell_of

STAGES = {"required": "要求", "designed": "设计", "built": "建成"}
PLOT_COLUMNS = PLOT_ENTERED.book_columns()


def _value_column(key: str, known: Indicator, stage: str) -> Column:
    label = f"{known.short}{STAGES[stage]}{f' {known.unit}' if known.unit else ''}"
    parse, show_words = partial(parse_value, known), partial(show, known)
    return Column(f"{key}.{stage}", label, VALUE, 11, unit=known.unit, parse=parse, show=show_words, numeric=known.kind == NUMERIC)


VALUE_COLUMNS = tuple(_value_column(key, known, stage) for key, known in indicators().items() for stage in STAGES)
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


def plot_book(
    district: District, plots: Iterable[Plot], values: Mapping[int, Mapping[str, PlotIndicator]], returned: Sequence[Returned] = ()
) -> bytes:
    """Workbook of plots; ``values`` are their indicators by plot and key, ``returned`` rows that an import refused."""
    uses = [[f"出处：{source()}。{transcribed()}"], *([code, name] for code, name in classes().items())]
    guide = [f"{known.label}：{known.how}；{known.comparison}" for known in indicators().values()]
    rows = (cells_of(plot, values.get(plot.pk, {})) for plot in plots)
    return list_book(district, BOOK, rows, guide=guide, tables={"用地分类": uses}, returned=returned)


def cells_of(plot: Plot, values: Mapping[str, PlotIndicator]) -> Iterator[Cell]:
    """Cells of a plot in the order of ``COLUMNS``."""
    for column in PLOT_COLUMNS:
        use = f"{plot.land_use_code} {plot.land_use}".strip()
        yield use if column.field == "land_use" else cell_of(column, getattr(plot, column.field))
    for column in VALUE_COLUMNS:
        key, stage = column.field.split(".")
        yield cell_of(column, getattr(values.get(key), stage, ""))
