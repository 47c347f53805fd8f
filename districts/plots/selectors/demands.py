"""Requirements and results for each green indicator by district; the board and the portfolio both read them here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from districts.common.enums import IndicatorDemand, OpinionPurpose
from districts.file.models.district import District
from districts.land.green_indicators import ASKS_NOTHING, demand_of, indicators
from districts.plots.models import Plot, PlotIndicator, PlotOpinion
from greendistrict.core.django_internals import CompiledFor

ANSWERED = PlotOpinion.objects.filter(purpose=OpinionPurpose.CONDITIONS, answered_on__isnull=False)
SOMETHING = "…"  # replaces every demanding requirement, so that rows are grouped by kind of requirement only
Districts = QuerySet[District, Any] | Collection[int]


@dataclass(frozen=True)
class PlotSum:
    """Number of plots, land (ha) and floor area (m²); ``bare`` of them have no floor area entered."""

    plots: int = 0
    area_ha: Decimal = Decimal(0)
    floor: Decimal = Decimal(0)
    bare: int = 0

    def __add__(self, other: "PlotSum") -> "PlotSum":
        """Sum of both."""
        return PlotSum(self.plots + other.plots, self.area_ha + other.area_ha, self.floor + other.floor, self.bare + other.bare)

    def __sub__(self, other: "PlotSum") -> "PlotSum":
        """Difference."""
        return PlotSum(self.plots - other.plots, self.area_ha - other.area_ha, self.floor - other.floor, self.bare - other.bare)


@dataclass(frozen=True)
class IndicatorSplit:
    """Buildable plots by one indicator: by requirement (together ``whole``), and required ones by result."""

    required: PlotSum = PlotSum()
    not_required: PlotSum = PlotSum()
    not_stated: PlotSum = PlotSum()
    met: PlotSum = PlotSum()
    unmet: PlotSum = PlotSum()
    design_short: PlotSum = PlotSum()

    @property
    def whole(self) -> PlotSum:
        """All buildable plots."""
        return self.required + self.not_required + self.not_stated

    @property
    def unbuilt(self) -> PlotSum:
        """Required, but without a built value so far."""
        return self.required - self.met - self.unmet

    def __add__(self, other: "IndicatorSplit") -> "IndicatorSplit":
        """Sum of both."""
        return IndicatorSplit(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def plots_in(plots: QuerySet[Plot], column: str, key: str) -> QuerySet[Plot]:
    """Plots counted in a column of ``IndicatorSplit`` (``whole``, ``required``, … ``unbuilt``) for one indicator."""
    rows = PlotIndicator.objects.filter(plot=OuterRef("pk"), key=key)
    asking = rows.exclude(required__in=ASKS_NOTHING)
    silent = Exists(rows.filter(required__in=ASKS_NOTHING).exclude(required="")) | Exists(ANSWERED.filter(plot=OuterRef("pk")))
    asked = Exists(asking)
    conditions = {
        "whole": Q(),
        "required": Q(asked),
        "not_required": ~Q(asked) & Q(silent),
        "not_stated": ~Q(asked) & ~Q(silent),
        "met": Q(Exists(asking.filter(built_short=False))),
        "unmet": Q(Exists(asking.filter(built_short=True))),
        "unbuilt": Q(Exists(asking.filter(built_short=None))),
    }
    return plots.filter(conditions[column], buildable=True)


Splits = dict[str, IndicatorSplit]


def splits_of(districts: Districts) -> dict[int, Splits]:
    """Splits by indicator for districts with buildable plots: two queries for any number of districts."""
    wholes: dict[int, dict[bool, PlotSum]] = defaultdict(dict)
    for row in WHOLES.over(districts):
        wholes[row["district"]][row["is_stated"]] = _sum(row)
    parts: dict[tuple[int, str], list[tuple[bool, IndicatorSplit]]] = defaultdict(list)
    for row in VALUES.over(districts):
        split = _split(demand_of(row["asked"], is_stated=row["is_stated"]), _sum(row), row)
        parts[row["plot__district"], row["key"]].append((row["is_stated"], split))
    return {
        district: {key: _whole(by_answer, parts.get((district, key), ())) for key in indicators()} for district, by_answer in wholes.items()
    }


def _wholes(districts: Districts) -> Any:
    plots = Plot.objects.filter(district__in=districts, buildable=True).order_by()
    return _summed(plots.values("district", is_stated=Exists(ANSWERED.filter(plot=OuterRef("pk")))), "")


def _values(districts: Districts) -> Any:
    rows = PlotIndicator.objects.filter(plot__district__in=districts, plot__buildable=True, plot__ended_by=None).order_by()
    asked = Case(When(required__in=ASKS_NOTHING, then=F("required")), default=Value(SOMETHING))
    stated = ExpressionWrapper(Q(plot__in=ANSWERED.values("plot")), BooleanField())  # grouped by hash, which EXISTS is not
    return _summed(rows.values("plot__district", "key", "designed_short", "built_short", asked=asked, is_stated=stated), "plot__")


WHOLES, VALUES = CompiledFor(_wholes), CompiledFor(_values)


def _summed(rows: Any, path: str) -> Any:
    return rows.annotate(
        plots=Count("pk"),
        area=Sum(f"{path}area_ha"),
        floor=Coalesce(Sum(f"{path}floor_area"), Decimal(0)),
        bare=Count("pk", filter=Q(**{f"{path}floor_area": None})),
    )


def _sum(row: Mapping[str, Any]) -> PlotSum:
    return PlotSum(row["plots"], row["area"], row["floor"], row["bare"])


def _split(demand: IndicatorDemand, counted: PlotSum, row: Mapping[str, Any] | None = None) -> IndicatorSplit:
    """Sums of plots with the same requirement and result."""
    if demand != IndicatorDemand.REQUIRED or row is None:
        return IndicatorSplit(**{demand.value: counted})
    found = {"met": row["built_short"] is False, "unmet": row["built_short"], "design_short": row["designed_short"]}
    return IndicatorSplit(required=counted, **{name: counted for name, holds in found.items() if holds})


def _whole(wholes: Mapping[bool, PlotSum], parts: Iterable[tuple[bool, IndicatorSplit]]) -> IndicatorSplit:
    """Sums of an indicator, including plots without any record of it (nothing entered)."""
    found, rest = IndicatorSplit(), dict(wholes)
    for is_stated, split in parts:
        found, rest[is_stated] = found + split, rest[is_stated] - split.whole
    for is_stated, counted in rest.items():
        found += _split(demand_of("", is_stated=is_stated), counted)
    return found
