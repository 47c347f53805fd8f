"""Carbon and land figures for the registry of district figures."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path

from beautiful.area_indicators.registry import AreaFigureSource, Fed
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


def sources() -> Iterator[tuple[str, AreaFigureSource]]:
    """Registry entries by key."""
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
