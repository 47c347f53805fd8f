"""绿色生态指标汇总: requirements on plots and results by indicator, per district and in total, with plots behind schedule."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import add
from typing import NamedTuple

from django.db.models import QuerySet

from districts.file.models.district import District
from districts.land.green_indicators import indicators
from districts.plots.selectors.board import LatePlots, late_plots
from districts.plots.selectors.demands import IndicatorSplit, PlotSum, Splits, splits_of
from greendistrict.core.rounding import half_up

M2_PER_HA = 10_000
# Columns with the base of their share: all buildable plots, or those with a requirement.
COLUMNS = {
    "required": ("有要求", "whole"),
    "not_required": ("不要求", "whole"),
    "not_stated": ("未提出要求", "whole"),
    "met": ("建成达到", "required"),
    "unmet": ("建成未达到", "required"),
    "unbuilt": ("尚无建成值", "required"),
}


class PlotShare(NamedTuple):
    """Number of plots and land area of a column, each also as a share (None if undefined). ``column`` is the filter of the plot list."""

    column: str
    label: str
    plots: int
    m2: Decimal
    floor: Decimal
    share: Decimal | None
    m2_share: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        """Share of the plots as printed."""
        return percent_of(self.share)


def percent_of(share: Decimal | None) -> Decimal | None:
    """A share in per cent with one decimal, as printed."""
    return None if share is None else half_up(share * 100, 1)


def shares_of(split: IndicatorSplit) -> list[PlotShare]:
    """Cells of an indicator in the order of ``COLUMNS``."""
    shares = []
    for column, (label, base) in COLUMNS.items():
        part, whole = getattr(split, column), getattr(split, base)
        share = Decimal(part.plots) / whole.plots if whole.plots else None
        of_area = part.area_ha / whole.area_ha if whole.area_ha else None
        shares.append(PlotShare(column, label, part.plots, part.area_ha * M2_PER_HA, part.floor, share, of_area))
    return shares


@dataclass(frozen=True)
class PortfolioLine:
    """A district, or several districts added up."""

    code: str
    name: str
    is_demo: bool
    splits: Splits
    late: LatePlots

    @property
    def whole(self) -> PlotSum:
        """Its buildable plots."""
        return next(iter(self.splits.values()), IndicatorSplit()).whole

    @property
    def m2(self) -> Decimal:
        """Their land area."""
        return self.whole.area_ha * M2_PER_HA

    def shares(self, key: str) -> list[PlotShare]:
        """Cells of one indicator."""
        return shares_of(self.splits[key])


def portfolio_lines(districts: QuerySet[District], today: dt.date) -> list[PortfolioLine]:
    """Lines of districts with buildable plots, by area and name: four queries."""
    whose = districts.order_by().values("pk")
    splits, late = splits_of(whose), late_plots(whose, today)
    rows = (
        districts.filter(pk__in=splits).order_by("is_demo", "area_code", "name_pinyin", "pk").values_list("pk", "code", "name", "is_demo")
    )
    return [PortfolioLine(code, name, is_demo, splits[pk], late.get(pk, LatePlots())) for pk, code, name, is_demo in rows]


def together(lines: Sequence[PortfolioLine]) -> PortfolioLine:
    """Add up several districts to one line."""
    splits = {key: reduce(add, (line.splits[key] for line in lines), IndicatorSplit()) for key in indicators()}
    late = LatePlots(*(sum(numbers) for numbers in zip(*(line.late for line in lines), strict=True))) if lines else LatePlots()
    return PortfolioLine("", f"合计（{len(lines)}个城区）", any(line.is_demo for line in lines), splits, late)


def of_one_world(lines: Iterable[PortfolioLine]) -> list[PortfolioLine]:
    """Real districts, or demo districts if there are no real ones; the two are never added up."""
    found = list(lines)
    return [line for line in found if not line.is_demo] or found
