"""District figures that are summed by area: name, unit, source, areas, and a function that reads them for many districts."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple

from carbon.inventories.selectors import filed_years
from carbon.measures.selectors import stated_in, unchecked_in
from carbon.metering.enums import MeteredCarrier
from carbon.metering.selectors.board import year_sums
from districts.land.green_indicators import indicators
from districts.plots.selectors.demands import splits_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import memoisation
from greendistrict.core.rounding import half_up
from greendistrict.policy import yaml_file

FILE = Path(__file__).resolve().parents[1] / "data" / "area_figures.yaml"
GIVEN = yaml_file.read(FILE)
MARK: str = GIVEN["mark"]


class Fed(NamedTuple):
    """Value of one district; for a share, ``value`` is the numerator and ``whole`` the denominator."""

    value: Decimal
    whole: Decimal | None = None


@dataclass(frozen=True)
class AreaFigureSource:
    """A district figure that can be summed. ``read(viewer, districts, year)`` returns only districts that have a value.

    A ``yearly`` figure is that of the requested year, others are those of today. ``waiting(districts, year)`` is the number of entries that
    do not count before a second person of the district has checked them.
    """

    area: str
    name: str
    unit: str
    source: str
    read: Callable[[Viewer, Collection[int], int], Mapping[int, Fed]]
    yearly: bool = True
    waiting: Callable[[Collection[int], int], int] = lambda _districts, _year: 0


def _carbon(viewer: Viewer, districts: Collection[int], year: int) -> Mapping[int, Fed]:
    """Total of the valid inventory of the year."""
    filed = filed_years(viewer, districts)
    return {
        pk: Fed(Decimal(row.frozen["content"]["total"])) for pk, rows in filed.items() for row in rows if row.year == year and row.frozen
    }


def _met(key: str, _viewer: Viewer, districts: Collection[int], _year: int) -> Mapping[int, Fed]:
    """Number of plots built as required, out of those with a requirement; read once for all green indicators of a page."""
    splits = memoisation.once(splits_of, tuple(sorted(districts)))
    asked = {pk: split[key] for pk, split in splits.items() if split[key].required.plots}
    return {pk: Fed(Decimal(one.met.plots), Decimal(one.required.plots)) for pk, one in asked.items()}


def _measures(_viewer: Viewer, districts: Collection[int], year: int) -> Mapping[int, Fed]:
    """Tonnes a year saved by the measures operating in the year, as stated and checked by the districts."""
    return {pk: Fed(tonnes) for pk, tonnes in stated_in(districts, year).items()}


def _metered(carrier: str, _viewer: Viewer, districts: Collection[int], year: int) -> Mapping[int, Fed]:
    """Metered consumption of a carrier in the year; read once for all carriers of a page."""
    sums = memoisation.once(year_sums, tuple(sorted(districts)), year)
    return {pk: Fed(half_up(found[carrier])) for pk, found in sums.items() if carrier in found}


def _sources() -> Iterator[tuple[str, AreaFigureSource]]:
    yield "carbon_total", AreaFigureSource(GIVEN["carbon"], "碳排放总量", "tCO₂e", "碳排放清单（已报送的最新一版）", _carbon)
    yield (
        "measures",
        AreaFigureSource(
            GIVEN["measures"], "减排措施的年减排量", "tCO₂e", "减排措施（城区填报并核对，当年实施的）", _measures, waiting=unchecked_in
        ),
    )
    for key, area in GIVEN["meters"].items():
        carrier = MeteredCarrier(key)
        told = "能源计量（当年已有读数的月份合计，含估算）"
        yield f"metered_{key}", AreaFigureSource(area, f"计量的{carrier.label}", carrier.unit, told, partial(_metered, key))
    for key, area in GIVEN["plots"].items():
        name = f"{indicators()[key].name}：建成达到要求的地块"
        yield f"plots_{key}", AreaFigureSource(area, name, "个", "地块建设管控", partial(_met, key), yearly=False)


AREA_FIGURES: Mapping[str, AreaFigureSource] = dict(_sources())
