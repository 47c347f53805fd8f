"""Achieved values of own indicators and of the carbon intensity, as entered by the district."""

from collections import defaultdict
from collections.abc import Collection

from districts.file.models.district import District
from districts.indicator_systems.models import IndicatorActual, IndicatorRow, IndicatorSystem
from greendistrict.core import clock

EARLIEST = 10


def is_own(row: IndicatorRow) -> bool:
    """Whether its values are entered here: an indicator outside the edition, or the carbon intensity."""
    return not row.item_id


def own_rows(system: IndicatorSystem) -> list[IndicatorRow]:
    """Indicators of a version whose values are entered here, in order."""
    return list(system.rows.filter(item_id="", taking_part=True))


def entered_actuals(district: District) -> dict[int, dict[str, str]]:
    """Year → key → value in stored form; one query."""
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for year, key, value in district.indicator_actuals.values_list("year", "key", "value"):
        found[year][key] = value
    return dict(found)


def entered_by_district(districts: Collection[int]) -> dict[int, dict[int, dict[str, str]]]:
    """District → year → key → value in stored form; one query."""
    found: dict[int, dict[int, dict[str, str]]] = {}
    rows = IndicatorActual.objects.filter(district__in=districts).values_list("district", "year", "key", "value")
    for district, year, key, value in rows:
        found.setdefault(district, {}).setdefault(year, {})[key] = value
    return found


def newest_actual(row: IndicatorRow) -> tuple[int, str] | None:
    """Year and value in stored form of the newest entered value of an own indicator or the carbon intensity; None without one."""
    if not is_own(row):
        return None
    found = row.system.district.indicator_actuals.filter(key=row.key, year__lte=clock.today().year).exclude(value="")
    return found.order_by("-year").values_list("year", "value").first()


def actuals_in(district: District, year: int) -> dict[str, IndicatorActual]:
    """Rows of one year by key."""
    return {row.key: row for row in district.indicator_actuals.filter(year=year)}


def years_to_enter() -> list[int]:
    """Years that may be entered, newest first: the current one and the ten before."""
    today = clock.today().year
    return list(range(today, today - EARLIEST - 1, -1))
