"""Figures of the city's annual report over all received self-checks of a year."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.contrib.postgres.aggregates import BoolAnd, BoolOr
from django.db.models import BooleanField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from assessments.self_checks.enums import SelfCheckState
from assessments.tables.models import TableVersion
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.core.rounding import half_up
from obligations.selectors import owed_on_years
from obligations.self_check import KEY
from reports.annual.figures.scores import CITY, AnnualFigures, annual_rows, snapshot_state
from reports.closings.days import received_in_time
from reports.closings.registry import frozen_as


@dataclass(frozen=True)
class CityFigures:
    """The city's annual report: one row per received self-check without its clauses, means of the dimensions, and who has not filed."""

    year: int
    districts: tuple[AnnualFigures, ...]
    owed: int
    missing: tuple[str, ...]
    made_on: dt.date
    on: dt.date
    owed_areas: tuple[Decimal | None, ...]

    @property
    def is_demo(self) -> bool:
        """Whether any fiction is in it."""
        return any(row.is_demo for row in self.districts)

    @property
    def reference(self) -> bool:
        """Whether any score is of an unofficial edition."""
        return any(row.reference for row in self.districts)

    @property
    def area(self) -> Decimal:
        """Area of the received districts that give one, km²."""
        return _sum(row.area_km2 for row in self.districts)

    @property
    def without_area(self) -> int:
        """How many of them give none."""
        return sum(row.area_km2 is None for row in self.districts)

    @property
    def owed_area(self) -> Decimal:
        """Area of the districts that owe the self-check, those that give one, km²."""
        return _sum(self.owed_areas)

    @property
    def owed_without_area(self) -> int:
        """How many of them give none."""
        return sum(area is None for area in self.owed_areas)

    def means(self) -> list[tuple[str, Decimal]]:
        """Mean scores of the dimensions."""
        return means_of(self.districts)


def _sum(areas: Iterable[Decimal | None]) -> Decimal:
    return sum((area for area in areas if area), Decimal(0))


def means_of(rows: Iterable[AnnualFigures]) -> list[tuple[str, Decimal]]:
    """(dimension, mean score) over the received tables, two decimals."""
    found: dict[str, list[Decimal]] = {}
    for row in rows:
        for chapter in row.dimensions:
            found.setdefault(chapter.dimension, []).append(chapter.score)
    return [(name, half_up(sum(scores, Decimal(0)) / len(scores))) for name, scores in found.items()]


class CityMarks(NamedTuple):
    """Marks known before the districts are read: whether any is fiction, whether any edition is unofficial."""

    year: int
    is_demo: bool
    reference: bool


def city_marks(year: int) -> CityMarks:
    """Whether any fiction and any score of an unofficial edition is among the received self-checks; one query."""
    in_time = received_in_time(year, "table__self_check__received_at")
    received = {"table__self_check__year": year, "table__self_check__status": SelfCheckState.RECEIVED}
    counted = TableVersion.objects.filter(in_time, counts=True, **received)
    official = Cast(KT("content__edition__official"), BooleanField())
    found = counted.aggregate(demo=BoolOr("table__self_check__district__is_demo"), official=BoolAnd(official))
    return CityMarks(year, bool(found["demo"]), found["official"] is False)


def city_rows(year: int, each: Callable[[AnnualFigures], None] = lambda _: None) -> tuple[AnnualFigures, ...]:
    """All received self-checks of a year without their clauses, which may be a hundred thousand; ``each`` gets every district whole."""
    rows = []
    for row in annual_rows(year):
        each(row)
        rows.append(dataclasses.replace(row, items=(), excluded=(), sections=()))
    return tuple(rows)


def city_figures(year: int, each: Callable[[AnnualFigures], None] = lambda _: None) -> CityFigures:
    """Figures over all received self-checks of ``year``, read as ``city_rows`` does. Raises ``Refused`` when there is none."""
    rows = city_rows(year, each)
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
