"""The outlook: obligations of the coming years under today's rules, and the pool of experts by month."""

import datetime as dt
from dataclasses import dataclass

from assessments.common.enums import PoolState
from assessments.experts.models import ExpertProfile
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy import parameters
from obligations.selectors import falling_due
from portal.outlook.rules import MONTHS, PeriodLoad, month_loads, short_months, year_load

YEARS = 5


@dataclass(frozen=True)
class Outlook:
    """Months of this and the next five years; ``is_demo``: of fictional districts and experts."""

    years: tuple[PeriodLoad, ...]
    months: dict[int, list[PeriodLoad]]
    short: tuple[PeriodLoad, ...]
    size: int
    is_demo: bool


def outlook_of(viewer: Viewer) -> Outlook:
    """What falls due among the districts a city user sees; fictional accounts see fictional data only, all others real data only."""
    today, demo, size = viewer.today, viewer.user.is_demo, parameters.load().integer("panel.size")
    experts = ExpertProfile.objects.filter(status=PoolState.ACTIVE, available=True, is_demo=demo)
    terms = list(experts.values_list("valid_from", "valid_to"))
    months: dict[int, list[PeriodLoad]] = {}
    for year in range(today.year, today.year + YEARS + 1):
        rows = [row for row in falling_due(viewer, year) if row.is_demo == demo]
        days = [dt.date(year, month, 1) for month in MONTHS]
        in_pool = [sum(first <= day and (last is None or last >= day) for first, last in terms) for day in days]
        months[year] = month_loads(rows, year, size=size, experts=in_pool)
    short = tuple(
        month for found in months.values() for month in short_months(found) if (month.year, month.month) >= (today.year, today.month)
    )
    return Outlook(tuple(map(year_load, months.values())), months, short, size, demo)
