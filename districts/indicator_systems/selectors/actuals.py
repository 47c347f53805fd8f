"""Achieved values of own indicators and of the carbon intensity, as entered by the district."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from districts.file.models.district import District
from districts.indicator_systems.models import IndicatorActual, IndicatorRow, IndicatorSystem
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.second_person import check_tasks
from greendistrict.workflow.todo import Task

EARLIEST = 10


def is_own(row: IndicatorRow) -> bool:
    """Whether its values are entered here: an indicator outside the edition, or the carbon intensity."""
    return not row.item_id


def own_rows(system: IndicatorSystem) -> list[IndicatorRow]:
    """Indicators of a version whose values are entered here, in order."""
    return list(system.rows.filter(item_id="", taking_part=True))


class Entered(NamedTuple):
    """What a district entered: year → key → value in stored form; ``unchecked`` are the years of an indicator that do not count yet."""

    values: dict[int, dict[str, str]]
    unchecked: dict[str, set[int]]

    def counted(self) -> dict[int, dict[str, str]]:
        """Values that a second person has checked."""
        found: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for year, values in self.values.items():
            for key, value in values.items():
                if year not in self.unchecked.get(key, ()):
                    found[year][key] = value
        return dict(found)


def entered_by_district(districts: Collection[int]) -> defaultdict[int, Entered]:
    """Entered values by district; one query."""
    found: defaultdict[int, Entered] = defaultdict(lambda: Entered({}, {}))
    rows = IndicatorActual.objects.filter(district__in=districts).values_list("district", "year", "key", "value", "checked_at")
    for district, year, key, value, checked in rows:
        found[district].values.setdefault(year, {})[key] = value
        if checked is None:
            found[district].unchecked.setdefault(key, set()).add(year)
    return found


def indicator_of(actual: IndicatorActual) -> IndicatorRow | None:
    """The indicator in the district's newest version that has it."""
    return IndicatorRow.objects.filter(system__district=actual.district_id, key=actual.key).order_by("-system__number").first()


def earlier_actual(actual: IndicatorActual) -> IndicatorActual | None:
    """The newest value of an earlier year, to compare with."""
    return IndicatorActual.objects.filter(district=actual.district_id, key=actual.key, year__lt=actual.year).order_by("-year").first()


def actual_tasks(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: values that the person may check; no query for people without a reviewer's post."""
    return check_tasks(viewer.user, IndicatorActual.objects.for_desk(viewer.held).titled())


def newest_actual(row: IndicatorRow, today: dt.date) -> tuple[int, str] | None:
    """Year and value in stored form of the newest entered value of an own indicator or the carbon intensity; None without one."""
    if not is_own(row):
        return None
    found = row.system.district.indicator_actuals.filter(key=row.key, year__lte=today.year).exclude(value="")
    return found.order_by("-year").values_list("year", "value").first()


def actuals_in(district: District, year: int) -> dict[str, IndicatorActual]:
    """Rows of one year by key."""
    return {row.key: row for row in district.indicator_actuals.filter(year=year)}


def years_to_enter(today: dt.date) -> list[int]:
    """Years that may be entered, newest first: the current one and the ten before."""
    return list(range(today.year, today.year - EARLIEST - 1, -1))
