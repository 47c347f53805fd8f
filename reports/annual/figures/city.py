"""Who owed the self-check of a year and whose counts: what is frozen of the whole city when the year is closed."""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from obligations.selectors import owed_on_years
from obligations.self_check import KEY
from reports.annual.figures.scores import CITY, AnnualFigures, annual_rows, snapshot_state
from reports.closings.registry import frozen_as


@dataclass(frozen=True)
class CityFigures:
    """One row per self-check received in time, without its clauses; how many owe one, and who has not filed."""

    year: int
    districts: tuple[AnnualFigures, ...]
    owed: int
    missing: tuple[str, ...]
    made_on: dt.date
    on: dt.date
    owed_areas: tuple[Decimal | None, ...]

    @property
    def area(self) -> Decimal:
        """Area of the received districts that give one, km²."""
        return _sum(row.area_km2 for row in self.districts)

    @property
    def owed_area(self) -> Decimal:
        """Area of the districts that owe the self-check, those that give one, km²."""
        return _sum(self.owed_areas)


def _sum(areas: Iterable[Decimal | None]) -> Decimal:
    return sum((area for area in areas if area), Decimal(0))


def city_figures(year: int) -> CityFigures:
    """Figures over all self-checks of ``year`` that were received in time. Raises ``Refused`` when there is none."""
    rows = tuple(dataclasses.replace(row, items=(), excluded=(), sections=()) for row in annual_rows(year))
    if not rows:
        msg = f"{year}年度尚无已接收的自查，不能出全市报告"
        raise Refused(msg)
    if kept := frozen_as(CityFigures, year, CITY):
        return dataclasses.replace(kept, districts=rows, made_on=clock.today())
    stood = snapshot_state(year)
    received = {row.district.pk for row in rows}
    owing = {row.district_id: row.district for row in owed_on_years([year], kinds=[KEY], on=stood.on) if not row.waived}
    missing = {key: name for key, name in owing.items() if key not in received}
    now = dict(District.objects.filter(pk__in={*received, *missing}).values_list("pk", "area_km2"))
    areas = tuple(stood.area_of(key, area) for key, area in now.items())
    return CityFigures(year, rows, len(areas), tuple(missing.values()), clock.today(), stood.on, areas)
