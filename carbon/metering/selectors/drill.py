"""One meter in detail: months of a year, days of a month, readings of a day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from carbon.metering.checks import MeterFault, NewReading, check
from carbon.metering.consumption import ReadingPoint, UseSum, by_day, uses
from carbon.metering.intervals import expected, midnight, moved, next_month
from carbon.metering.models import Meter, MonthlyConsumption, ReadingCorrection
from carbon.metering.selectors.board import MonthCell, wanted_months
from carbon.metering.selectors.looking import points_around


def months_of(meter: Meter, year: int, today: dt.date) -> list[MonthCell]:
    """Stored consumption of the twelve months of a year."""
    cells = [MonthCell(wanted=count) for count in wanted_months(meter.interval, meter.begins, meter.ends, year, today)]
    for row in MonthlyConsumption.objects.filter(meter=meter, month__year=year):
        used = MonthCell(Fraction(row.amount), row.measured, row.estimated, Fraction(row.estimated_amount))
        cells[row.month.month - 1] += used
    return cells


@dataclass(frozen=True)
class DayLine:
    """Consumption of one day; ``missing`` intervals have no value."""

    day: dt.date
    use: UseSum
    missing: int


@dataclass(frozen=True)
class MonthView:
    """The days of a month of a meter, and the faults found in it."""

    days: tuple[DayLine, ...]
    faults: tuple[MeterFault, ...]


def month_view(meter: Meter, month: dt.date, now: dt.datetime) -> MonthView:
    """Days of a month, checked like new readings; one statement."""
    first, end = midnight(month), midnight(next_month(month))
    points = points_around({meter.pk: (first, moved(meter.interval, end, -1))})[meter.pk]
    sums = by_day(use for use in uses(meter.spec, points) if first <= use.at < end)
    inside = [NewReading(0, point.at, point.value, "", point.estimated) for point in points if first <= point.at < end]
    # The end of a month is checked together with the first reading of the next.
    found = check(meter.spec, inside, [point for point in points if point.at < first or point.at >= end], now=now)
    return MonthView(tuple(_days(meter, month, sums, now.date())), tuple(found.faults))


def _days(meter: Meter, month: dt.date, sums: dict[dt.date, UseSum], today: dt.date) -> Sequence[DayLine]:
    found, day = [], month
    while day < next_month(month):
        use, morrow = sums.get(day, UseSum()), day + dt.timedelta(days=1)
        is_due = meter.begins <= day < today and (meter.ends is None or day <= meter.ends)
        wanted = expected(meter.interval, midnight(day), midnight(morrow)) if is_due else 0
        if use.measured or use.estimated or wanted:
            found.append(DayLine(day, use, max(0, wanted - use.measured - use.estimated)))
        day = morrow
    return found


@dataclass(frozen=True)
class ReadingLine:
    """One reading, the consumption of the interval that begins there, and how often it was corrected."""

    point: ReadingPoint
    used: Fraction | None
    corrections: tuple[ReadingCorrection, ...]


def day_view(meter: Meter, day: dt.date) -> list[ReadingLine]:
    """Readings of a day; two statements."""
    first, end = midnight(day), midnight(day + dt.timedelta(days=1))
    points = points_around({meter.pk: (first, end - dt.timedelta(seconds=1))})[meter.pk]
    used = {use.at: use.amount for use in uses(meter.spec, points)}
    corrected: dict[dt.datetime, list[ReadingCorrection]] = {}
    for row in meter.corrections.filter(at__gte=first, at__lt=end).select_related("corrected_by"):
        corrected.setdefault(row.at, []).append(row)
    return [ReadingLine(point, used.get(point.at), tuple(corrected.get(point.at, ()))) for point in points if first <= point.at < end]
