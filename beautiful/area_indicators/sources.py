"""Figures of carbon and land for the registry of figures by area."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path

from beautiful.area_indicators.registry import AreaFigureSource, Fed
from carbon.inventories.selectors import filed_years
from districts.land.green_indicators import indicators
from districts.plots.selectors.demands import splits_of
from greendistrict.accounts.models import User
from greendistrict.core import memoisation
from greendistrict.policy import yaml_file

FILE = Path(__file__).resolve().parents[1] / "data" / "area_figures.yaml"
GIVEN = yaml_file.read(FILE)
MARK: str = GIVEN["mark"]


def _carbon(user: User, districts: Collection[int], year: int) -> Mapping[int, Fed]:
    """Total of the inventory that counts for the year."""
    filed = filed_years(user, districts)
    return {
        pk: Fed(Decimal(row.frozen["content"]["total"])) for pk, rows in filed.items() for row in rows if row.year == year and row.frozen
    }


def _met(key: str, _user: User, districts: Collection[int], _year: int) -> Mapping[int, Fed]:
    """Plots built as required, of those with a requirement; read once for all green indicators of a page."""
    splits = memoisation.once(f"beautiful.splits:{sorted(districts)}", lambda: splits_of(list(districts)))
    asked = {pk: split[key] for pk, split in splits.items() if split[key].required.plots}
    return {pk: Fed(Decimal(one.met.plots), Decimal(one.required.plots)) for pk, one in asked.items()}


def sources() -> Iterator[tuple[str, AreaFigureSource]]:
    """Key and entry of each."""
    yield "carbon_total", AreaFigureSource(GIVEN["carbon"], "碳排放总量", "tCO₂e", "碳排放清单（已报送的最新一版）", _carbon)
    for key, area in GIVEN["plots"].items():
        name = f"{indicators()[key].name}：建成达到要求的地块"
        yield f"plots_{key}", AreaFigureSource(area, name, "个", "地块建设管控", partial(_met, key), yearly=False)
