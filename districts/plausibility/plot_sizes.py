"""What is asked about a plot: area and floor against its land use, the other plots, its drawing and its district; its days (pure)."""

import datetime as dt
from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from districts.plausibility.comparisons import Figure, PlausibilityFinding, PlausibilityLimits
from districts.plausibility.expectations import (
    DayOfRow,
    against_stored,
    amount,
    apart,
    asked_of_days,
    beyond_whole,
    least_days,
    once,
    ranges,
    ratio,
    unusual,
)
from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import half_up

M2_PER_HA = Decimal(10_000)
CLASS_DIGITS = 2
DRAWN_SHARE = Decimal("0.2")
PEER_TIMES = Decimal(5)  # floor area ratios of one class in one district lie within this of their median
LABELS = {
    "planned_acquisition": "计划取得", "planned_start": "计划开工", "planned_finish": "计划竣工", "acquired_on": "取得日期",
    "started_on": "开工日期", "built_on": "建成日期",
}  # fmt: skip


class PlotSizes(NamedTuple):
    """Sizes of a plot: land use code (empty if unknown), 公顷, m² of floor."""

    land_use: str = ""
    area_ha: Decimal | None = None
    floor_area: Decimal | None = None

    @property
    def figures(self) -> dict[str, Figure | None]:
        """Figures by field."""
        return {"area_ha": amount("用地面积", "公顷", self.area_ha), "floor_area": amount("建筑面积", "m²", self.floor_area)}

    @property
    def kind(self) -> str:
        """Class of the land use."""
        return self.land_use[:CLASS_DIGITS]

    @property
    def floor_area_ratio(self) -> Decimal | None:
        """容积率; None without land or floor."""
        return ratio(self.floor_area or None, None if self.area_ha is None else self.area_ha * M2_PER_HA)


class OtherPlots:
    """Sum of areas in 公顷 and floor area ratios by land use of the plots of a district, kept while a file changes one after the other."""

    def __init__(self, plots: Iterable[PlotSizes] = ()) -> None:
        self.area_ha = Decimal(0)
        self._ratios: dict[str, list[Decimal]] = {}
        for plot in plots:
            self.add(plot)

    def add(self, plot: PlotSizes) -> None:
        """Count a plot."""
        self.area_ha += plot.area_ha or 0
        if plot.kind and plot.floor_area_ratio:
            insort(self._ratios.setdefault(plot.kind, []), plot.floor_area_ratio)

    def remove(self, plot: PlotSizes) -> None:
        """Count a plot no more; it must have been counted."""
        self.area_ha -= plot.area_ha or 0
        if plot.kind and plot.floor_area_ratio:
            self._ratios[plot.kind].remove(plot.floor_area_ratio)

    def ratios(self, plot: PlotSizes) -> Sequence[Decimal]:
        """Floor area ratios of plots of its class in ascending order."""
        return self._ratios.get(plot.kind, ())


class PlotSurroundings(NamedTuple):
    """What a plot is compared with: the other plots of the district, its drawn area and the district's area, both in 公顷."""

    others: OtherPlots
    drawn_ha: Decimal | None = None
    district_ha: Decimal | None = None


def asked_of_plot(sizes: PlotSizes, stored: PlotSizes, around: PlotSurroundings, limits: PlausibilityLimits) -> list[PlausibilityFinding]:
    """Findings about the sizes of a plot, beside those stored before."""
    found = once([*_alone(sizes), *_among_others(sizes, around, limits), *_wholes(sizes, around, limits)])
    met = {one.part for one in found}
    return [*found, *(one for one in against_stored(sizes.figures, stored.figures, limits) if one.part not in met)]


def asked_of_plot_days(days: Mapping[str, dt.date | None], today: dt.date) -> list[PlausibilityFinding]:
    """Findings about planned and actual days of a plot."""
    planned, actual = (
        [DayOfRow(name, LABELS[name], days.get(name)) for name in names]
        for names in (("planned_acquisition", "planned_start", "planned_finish"), ("acquired_on", "started_on", "built_on"))
    )
    return [*asked_of_days(planned, "acquire", today), *asked_of_days(actual, "acquire", today, least_days())]


def _alone(sizes: PlotSizes) -> Iterator[PlausibilityFinding]:
    yield from unusual("area_ha", sizes.area_ha, ranges()["plot"]["area_ha"])
    of_kinds = ranges()["plot_ratio"]  # usual floor area ratio by class of land use
    yield from unusual("floor_area", sizes.floor_area_ratio, of_kinds.get(sizes.kind, of_kinds[""]), "建筑面积÷用地面积")


def _among_others(sizes: PlotSizes, around: PlotSurroundings, limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """A floor area ratio far from those of the same class in the district."""
    own, ratios = sizes.floor_area_ratio, around.others.ratios(sizes)
    if own and len(ratios) >= limits.peers_least:
        middle = median(ratios)
        yield from unusual(
            "floor_area",
            own,
            {"label": "容积率", "unit": "", "low": middle / PEER_TIMES, "high": middle * PEER_TIMES},
            f"本城区{len(ratios)}个同类地块的中位数为{plain(half_up(middle))}",
        )


def _wholes(sizes: PlotSizes, around: PlotSurroundings, limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    area = sizes.figures["area_ha"]
    if area is None:
        return
    together = amount("全部地块的面积合计", "公顷", around.others.area_ha + area.number)
    if together is not None:
        yield from beyond_whole("area_ha", together, amount("城区规划范围面积", "公顷", around.district_ha), limits)
    yield from apart("area_ha", area, amount("地块图形的面积", "公顷", around.drawn_ha), DRAWN_SHARE)
