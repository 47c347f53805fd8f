"""The plot list as a workbook: export, import checked against control tables and built values, questions about rows.

Also here: The plot list as a workbook: plots with three values per green indicator, and the list of land-use classes. What is asked about
a plot beside the other plots of its district.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from districts.common.enums import ControlStep, ImportKind
from districts.file.models.district import District
from districts.file.workbook_marks import DistrictReader, Values, list_book
from districts.land.green_indicators import NUMBER as NUMERIC
from districts.land.green_indicators import Indicator, indicators, shortfalls, show
from districts.land.green_indicators import parse as parse_value
from districts.land.land_use import classes, code_of, contradiction, is_unbuilt, meant_by, name_of, source, transcribed, words_of
from districts.plausibility.comparisons import PlausibilityFinding, PlausibilityLimits
from districts.plausibility.expectations import HA_PER_KM2
from districts.plausibility.plot_sizes import LABELS, OtherPlots, PlotSizes, PlotSurroundings, asked_of_plot, asked_of_plot_days
from districts.plots.checks import BY_STEPS, PAST, entered_wrongly, problems_of
from districts.plots.columns import PLOT_ENTERED
from districts.plots.frozen import altered, fixed_words, frozen_among
from districts.plots.models import Plot, PlotIndicator
from districts.plots.services.indicator_values import OPEN_FOR_REQUIREMENTS
from greendistrict.documents.workbooks.book import Book, Cell, Returned
from greendistrict.documents.workbooks.columns import VALUE, AskedCellError, CellValue, Column, cell_of
from greendistrict.documents.workbooks.grids import BookCell
from greendistrict.documents.workbooks.preview import Preview
from greendistrict.documents.workbooks.reader import MISSING

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


SIZES = ("land_use_code", "area_ha", "floor_area")


def sizes_of(plot: Plot) -> PlotSizes:
    """Sizes as they stand on the object."""
    return PlotSizes(*(getattr(plot, name) for name in SIZES))


def asked_of(
    plot: Plot, stored: Plot | None, around: PlotSurroundings, *, limits: PlausibilityLimits, today: dt.date
) -> list[PlausibilityFinding]:
    """Questions about sizes and days of a plot among given surroundings."""
    days = {name: getattr(plot, name) for name in LABELS}
    sizes = asked_of_plot(sizes_of(plot), sizes_of(stored) if stored else PlotSizes(), around, limits)
    return [*sizes, *asked_of_plot_days(days, today)]


def surroundings(district: District, own: int | None) -> PlotSurroundings:
    """What a plot (``own``, None for a new one) is compared with; two queries."""
    others = district.plots.exclude(pk=own or 0).values_list(*SIZES)
    drawn = district.plots.filter(pk=own).values_list("shape__area_ha", flat=True).first() if own else None
    return PlotSurroundings(OtherPlots(PlotSizes(*one) for one in others), drawn, hectares_of(district))


def hectares_of(district: District) -> Decimal | None:
    """Area of the district in 公顷."""
    return None if district.area_km2 is None else district.area_km2 * HA_PER_KM2


VALUES = {column.field: tuple(column.field.split(".")) for column in VALUE_COLUMNS}
OWN = (*(column.field for column in PLOT_COLUMNS), "land_use_code")


def preview_of(district: District, content: bytes, today: dt.date) -> Preview:
    """Compare a workbook with the plot list. Raises ``Refused`` if the file is not a workbook."""
    return PlotReader(district, today).read(content)


class PlotReader(DistrictReader[Plot]):
    """Plots by number with indicators, current step, drawn area and pilot baseline: five queries for any number of plots."""

    book = BOOK
    foreign_heads = {
        "number": ("地块号", "地块编码", "宗地编号", "宗地号", "宗地代码", "地块", "编号", "地块名称编号"),
        "sub_area": ("分区", "片区", "街坊", "所在片区", "单元"),
        "land_use": ("用地类型", "土地用途", "规划用途", "用途", "用地性质代码", "用地代码", "规划用地性质"),
        "area_ha": (
            "面积",
            "用地规模",
            "土地面积",
            "占地面积",
            "宗地面积",
            "净用地面积",
            "出让面积",
            "供地面积",
            "地块面积",
            "出让用地面积",
        ),
        "floor_area": ("总建筑面积", "计容建筑面积", "规划建筑面积", "建筑规模", "地上建筑面积"),
        "owner": ("建设单位", "权属", "权利人", "受让人", "土地使用权人", "业主", "竞得人"),
        "acquisition": ("供地方式", "出让方式", "土地取得方式"),
        "acquired_on": ("出让日期", "供地日期", "成交日期", "合同签订日期", "取得时间", "出让时间"),
        "planned_start": ("拟开工", "计划开工时间", "计划开工日期", "约定开工日期"),
        "planned_finish": ("拟竣工", "计划竣工时间", "计划竣工日期", "约定竣工日期"),
        "planned_acquisition": ("计划出让", "拟出让时间", "计划供地时间"),
        "started_on": ("实际开工", "开工时间", "实际开工日期"),
        "built_on": ("竣工日期", "竣工时间", "实际竣工", "竣工验收日期"),
    }

    def rows(self) -> Mapping[str, Plot]:
        """Plots by number."""
        plots = self.subject.plots
        self.values: dict[int, dict[str, PlotIndicator]] = {}
        for row in PlotIndicator.objects.filter(plot__district=self.subject):
            self.values.setdefault(row.plot_id, {})[row.key] = row
        self.steps = dict(plots.filter(control__isnull=False).values_list("pk", "control__status"))
        self.drawn = dict(plots.filter(shape__isnull=False).values_list("pk", "shape__area_ha"))
        found = {plot.number: plot for plot in plots.all()}
        self.others = OtherPlots(map(sizes_of, found.values()))
        self.frozen = {plot.pk for plot in frozen_among(self.subject, found.values())}
        return found

    def current(self, row: Plot | None, name: str) -> Any:
        """Stored value of a plot's field or of one of its indicators."""
        if name not in VALUES:
            return MISSING if row is None else getattr(row, name)
        key, stage = VALUES[name]
        held = self.values.get(row.pk, {}).get(key) if row else None
        return getattr(held, stage) if held else ""

    def read_cell(self, column: Column, cell: BookCell, row: Plot | None) -> CellValue:
        """As of every list; a land use that is no class, or one of before 2023, is told as what it is read or asked."""
        found = super().read_cell(column, cell, row)
        if column.field != "land_use" or not found.value or found.value == self.current(row, "land_use"):
            return found
        code = code_of(found.value)
        if (wrong := contradiction(found.value)) and found.value != f"{self.current(row, 'land_use_code')} {self.current(row, 'land_use')}":
            msg = f"{wrong.words}，请写明是哪一类"
            raise AskedCellError(msg, found.value, map(words_of, wrong.codes))
        if not code and (meant := meant_by(found.value)):
            could = [words_of(one) for one in meant.codes]
            if len(could) > 1:
                msg = f"{meant.words}，可以是{'、'.join(could)}，请写明是哪一类"
                raise AskedCellError(msg, found.value, could)
            return CellValue(meant.codes[0], f"{meant.words}，按{could[0]}，请核对")
        if not code:
            return CellValue(found.value, "不在用地分类中，按所写文字登记，没有代码")
        is_plain = found.value in {code, name_of(code)} or found.value.split(maxsplit=1)[0] == code
        is_plain &= not isinstance(cell.value, str) or cell.value.strip() == found.value  # not without unseen characters
        return CellValue(found.value, "" if is_plain else f"“{found.value}”识别为{words_of(code)}")

    def completed(self, row: Plot | None, typed: dict[str, Any]) -> dict[str, Any]:
        """Fill in the land-use class if the label changed; a new plot is buildable unless it or its class says otherwise."""
        if row is not None and typed["land_use"] == row.land_use:
            typed["land_use_code"] = row.land_use_code
        else:
            code = code_of(typed["land_use"])
            typed |= {"land_use_code": code, "land_use": name_of(code) or typed["land_use"]}
        if row is None and typed["buildable"] is None:
            typed["buildable"] = not is_unbuilt(typed["land_use_code"])
        return typed

    def against(self, row: Plot | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Contradictions, fields decided by steps or the pilot baseline, and 符合 despite built values."""
        about = _plot(typed)
        problems = problems_of(about, self.today)
        problems += entered_wrongly(about, changed if row else OWN, self.subject.area_km2)
        if row and row.pk in self.frozen:
            problems += [(name, fixed_words(name)) for name in altered(row, changed)]
        if step := self.steps.get(row.pk) if row else None:
            problems += _settled(step, changed)
        if problems or not typed["conforms"]:
            return problems
        # 符合 is refused if a built value is worse than required (七（二）5)
        short = shortfalls((key, typed[f"{key}.required"], typed[f"{key}.built"]) for key in indicators())
        return [("conforms", f"不能登记为符合：{one.text}") for one in short]

    def wrong_alone(self, name: str, value: Any) -> str:
        """An area larger than the district, and a day in the future."""
        alone = Plot(**{name: value}) if name in {"area_ha", *PAST} else None
        found = [*problems_of(alone, self.today), *entered_wrongly(alone, {name}, self.subject.area_km2)] if alone else []
        return next((words for field, words in found if field == name), "")

    def questions(self, values: Values) -> Iterable[PlausibilityFinding]:
        """Questions about sizes and days."""
        return asked_of(_plot(values), None, self.around, limits=self.limits, today=self.today)

    def doubtful(self, row: Plot | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """As of every list, among the stored plots as the rows before this one in the workbook change and add to them."""
        if row is not None:
            self.others.remove(sizes_of(row))
        if {"land_use_code", "buildable"} & changed.keys() and is_unbuilt(typed["land_use_code"]):
            kept = "仍按可建设计入，请核对" if typed["buildable"] else "按保留处理，不计入可建设"
            yield "land_use" if "land_use" in changed else "buildable", f"{name_of(typed['land_use_code'])}{kept}"
        self.around = PlotSurroundings(self.others, self.drawn.get(row.pk) if row else None, hectares_of(self.subject))
        yield from super().doubtful(row, typed, changed)
        self.others.add(PlotSizes(*(typed[name] for name in SIZES)))

    def shown_changes(self, row: Plot, changed: Mapping[str, Any]) -> Mapping[str, Any]:
        """List a changed class with an unchanged label as a change of land use."""
        use = f"{changed.get('land_use_code', '')} {row.land_use}".strip()
        alone = "land_use_code" in changed and "land_use" not in changed
        return super().shown_changes(row, {**changed, "land_use": use} if alone else changed)

    def parted(self, _row: Plot | None, _typed: Mapping[str, Any], changed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Fields of the plot, and indicator values by stage."""
        fields, values = dict[str, Any](), dict[str, dict[str, str]]()
        for name, value in changed.items():
            if name in VALUES:
                key, stage = VALUES[name]
                values.setdefault(key, {})[stage] = value
            else:
                fields[name] = value
        return fields, values


def _plot(values: Values) -> Plot:
    return Plot(**{name: values[name] for name in OWN})


def _settled(step: str, changed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Refusals of fields that the control table decides."""
    found = []
    if step != ControlStep.PREPARE:
        found += [(name, "按管控步骤登记，不能在这里改") for name in BY_STEPS if name in changed]
    if step not in OPEN_FOR_REQUIREMENTS:
        found += [(name, "要求值已由住建部门答复，不能在这里改") for name in changed if name.endswith(".required")]
    if step == ControlStep.DONE:
        found += [(name, "竣工验收已登记为符合，不能在这里改") for name in changed if "." in name]
    return found
