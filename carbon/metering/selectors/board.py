"""Consumption of a district by carrier and month beside the previous year, with gaps and the estimated share.

Only meters without a parent of the same carrier count: the consumption of a sub-meter is part of its parent's.

Also here: Metered amounts of a year, as activity data of an inventory.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import F, Q, QuerySet, Sum

from carbon import units
from carbon.metering.checks import MeterFault, above_parent
from carbon.metering.consumption import expected, midnight, next_month
from carbon.metering.enums import MeteredCarrier
from carbon.metering.models import Meter, MonthlyConsumption, YearlyConsumption
from districts.file.models.district import District
from greendistrict.core.django_internals import Compiled

MONTHS = range(1, 13)
YEARS = 10
# The meters are sent as an array, because the planner knows its length; it took a condition on the district for one meter and sorted all
# months on disk. They are grouped by columns of carbon_meter, because it knows how few values these have and aggregates by hash.
USED = """
    SELECT meter.carrier, meter.unit, used.month, sum(used.amount), sum(used.measured), sum(used.estimated), sum(used.estimated_amount)
    FROM carbon_meter AS meter JOIN carbon_monthlyconsumption AS used ON used.meter_id = meter.id
    WHERE meter.id = ANY(%s::bigint[]) AND used.month BETWEEN %s AND %s
    GROUP BY meter.carrier, meter.unit, used.month
"""
USED_BY_YEAR = """
    SELECT meter.carrier, meter.unit, used.year, sum(used.amount)
    FROM carbon_meter AS meter JOIN carbon_yearlyconsumption AS used ON used.meter_id = meter.id
    WHERE meter.id = ANY(%s::bigint[]) AND used.year BETWEEN %s AND %s
    GROUP BY meter.carrier, meter.unit, used.year
"""


@dataclass(frozen=True)
class MonthCell:
    """Consumption of one month. ``wanted`` is the number of readings expected until now."""

    amount: Fraction | None = None
    measured: int = 0
    estimated: int = 0
    estimated_amount: Fraction = Fraction(0)
    wanted: int = 0

    @property
    def missing(self) -> int:
        """Number of intervals without a value."""
        return max(0, self.wanted - self.measured - self.estimated)

    @property
    def is_partial(self) -> bool:
        """Whether there is an amount, but not of all intervals."""
        return self.amount is not None and self.missing > 0

    @property
    def coverage(self) -> Fraction | None:
        """Share of the expected intervals that have a value; None if none is expected."""
        return Fraction(self.wanted - self.missing, self.wanted) if self.wanted else None

    @property
    def estimated_share(self) -> Fraction:
        """Estimated share of the consumption."""
        return self.estimated_amount / self.amount if self.amount else Fraction(0)

    def __add__(self, other: "MonthCell") -> "MonthCell":
        """Sum of two cells."""
        amounts = [amount for amount in (self.amount, other.amount) if amount is not None]
        return MonthCell(
            sum(amounts, Fraction(0)) if amounts else None,
            self.measured + other.measured,
            self.estimated + other.estimated,
            self.estimated_amount + other.estimated_amount,
            self.wanted + other.wanted,
        )


@dataclass(frozen=True)
class CarrierYear:
    """One row of the board: twelve months of a carrier in its unit, those of the previous year, and both totals."""

    carrier: MeteredCarrier
    meters: int
    months: tuple[MonthCell, ...]
    before: tuple[MonthCell, ...]

    @property
    def unit(self) -> str:
        """Unit of the row."""
        return self.carrier.unit

    @property
    def missing(self) -> list[int]:
        """Months of the year that have readings due until today and no consumption."""
        return [number for number, cell in zip(MONTHS, self.months, strict=True) if cell.amount is None and cell.wanted]

    @property
    def missing_before(self) -> list[int]:
        """Months of the previous year without consumption."""
        return [number for number, cell in zip(MONTHS, self.before, strict=True) if cell.amount is None]

    @property
    def partial(self) -> list[int]:
        """Months of the year whose consumption misses intervals."""
        return [number for number, cell in zip(MONTHS, self.months, strict=True) if cell.is_partial]

    @property
    def partial_before(self) -> list[int]:
        """Months of the previous year whose consumption misses intervals."""
        return [number for number, cell in zip(MONTHS, self.before, strict=True) if cell.is_partial]

    @property
    def total(self) -> MonthCell:
        """Total of the year."""
        return sum(self.months, MonthCell())

    @property
    def total_before(self) -> MonthCell:
        """Total of the previous year."""
        return sum(self.before, MonthCell())


class _Counted(NamedTuple):
    """Meters of one kind and term whose consumption is not part of another meter's."""

    carrier: str
    unit: str
    interval: str
    begins: dt.date
    ends: dt.date | None
    keys: Sequence[int]


def board(district: District, year: int, today: dt.date) -> list[CarrierYear]:
    """Rows of a year as of today; two statements for any number of meters."""
    counted = _counted(district)
    return _rows(counted, year, today)


def board_with_years(
    district: District, year: int, today: dt.date
) -> tuple[list[CarrierYear], tuple[tuple[MeteredCarrier, int, Fraction], ...]]:
    """Rows of a year, and carrier, year and amount (in the carrier's unit) of up to ten years ending with it; three statements."""
    counted = _counted(district)
    return _rows(counted, year, today), _years(counted, year)


def year_sums(districts: Collection[int], year: int) -> dict[int, dict[str, Fraction]]:
    """Consumption of each carrier in a year by district, in the board's unit; carriers without readings are left out. One query."""
    used = YearlyConsumption.objects.filter(_counts("meter__"), meter__district__in=districts, year=year).order_by()
    found: dict[int, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for district, carrier, unit, amount in used.values_list("meter__district", "meter__carrier", "meter__unit").annotate(Sum("amount")):
        found[district][carrier] += in_board_unit(carrier, unit, Fraction(amount))
    return found


def _counts(meter: str = "") -> Q:
    """Condition: the meter's consumption is not part of another meter's."""
    return Q(**{f"{meter}parent__isnull": True}) | ~Q(**{f"{meter}parent__carrier": F(f"{meter}carrier")})


def _alike(district: int) -> QuerySet[Any, Any]:
    *alike, _keys = _Counted._fields
    return Meter.objects.filter(_counts(), district=district).order_by().values_list(*alike).annotate(keys=ArrayAgg("pk"))


ALIKE = Compiled(_alike, -1)


def _counted(district: District) -> list[_Counted]:
    return [_Counted(*values) for values in ALIKE.read(district.pk)]


def _read(statement: str, meters: Iterable[_Counted], first: Any, last: Any) -> Iterator[tuple[Any, ...]]:
    """Carrier, unit and the summed columns of the counted meters between two months or years."""
    keys = ",".join(str(key) for alike in meters for key in alike.keys)
    with connection.cursor() as cursor:
        cursor.execute(statement, [f"{{{keys}}}", first, last])
        yield from cursor.fetchall()


def _rows(counted: Sequence[_Counted], year: int, today: dt.date) -> list[CarrierYear]:
    wanted = {one: _wanted(counted, one, today) for one in (year - 1, year)}
    cells: dict[tuple[str, int], list[MonthCell]] = defaultdict(lambda: [MonthCell() for _ in MONTHS])
    numbers: Counter[str] = Counter()
    for alike in counted:
        numbers[alike.carrier] += len(alike.keys)
        for one, sums in wanted.items():
            cells[alike.carrier, one] = [MonthCell(wanted=count) for count in sums[alike.carrier]]
    used = _read(USED, counted, dt.date(year - 1, 1, 1), dt.date(year, 12, 1))
    for carrier, unit, month, amount, measured, estimated, estimated_amount in used:
        whole, guessed = (in_board_unit(carrier, unit, Fraction(number)) for number in (amount, estimated_amount))
        cells[carrier, month.year][month.month - 1] += MonthCell(whole, measured, estimated, guessed)
    return [
        CarrierYear(MeteredCarrier(carrier), numbers[carrier], tuple(cells[carrier, year]), tuple(cells[carrier, year - 1]))
        for carrier in MeteredCarrier.values
        if carrier in numbers
    ]


def _years(counted: Sequence[_Counted], last: int) -> tuple[tuple[MeteredCarrier, int, Fraction], ...]:
    found: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for carrier, unit, year, amount in _read(USED_BY_YEAR, counted, last - YEARS + 1, last):
        found[carrier, year] += in_board_unit(carrier, unit, Fraction(amount))
    return tuple((MeteredCarrier(carrier), year, amount) for (carrier, year), amount in sorted(found.items()))


def in_board_unit(carrier: str, unit: str, amount: Fraction) -> Fraction:
    """Amount converted exactly to the unit in which the board shows the carrier."""
    to = MeteredCarrier(carrier).unit
    return amount if unit == to else units.convert(amount, units.unit_of(unit), units.unit_of(to))


def wanted_months(interval: str, begins: dt.date, ends: dt.date | None, year: int, today: dt.date) -> list[int]:
    """Number of readings expected from a meter in each month of a year, until today."""
    until = today if ends is None else min(ends + dt.timedelta(days=1), today)
    found = []
    for number in MONTHS:
        first = dt.date(year, number, 1)
        low, high = max(first, begins), min(next_month(first), until)
        found.append(expected(interval, midnight(low), midnight(high)) if low < high else 0)
    return found


def _wanted(meters: Sequence[_Counted], year: int, today: dt.date) -> Mapping[str, list[int]]:
    """The expected readings summed by carrier."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(MONTHS))
    for alike in meters:
        months = wanted_months(alike.interval, alike.begins, alike.ends, year, today)
        sums[alike.carrier] = [total + len(alike.keys) * count for total, count in zip(sums[alike.carrier], months, strict=True)]
    return sums


BELOW_OTHERS = Compiled(
    lambda district: Meter.objects.filter(district=district, parent__carrier=F("carrier")).select_related("parent").order_by(), -1
)


def above_parents(district: District, year: int) -> list[MeterFault]:
    """Faults of meters whose sub-meters of the same carrier sum to more than they do; two statements."""
    parts = BELOW_OTHERS.read(district.pk)
    if not parts:
        return []
    keys = {meter.pk for meter in parts} | {meter.parent_id for meter in parts}
    months: dict[int, dict[dt.date, Fraction]] = defaultdict(dict)
    known = {meter.pk: meter for part in parts for meter in (part, part.parent) if meter is not None}
    span = (dt.date(year, 1, 1), dt.date(year, 12, 1))
    for key, month, amount in MonthlyConsumption.objects.filter(meter__in=keys, month__range=span).values_list("meter", "month", "amount"):
        months[key][month] = in_board_unit(known[key].carrier, known[key].unit, Fraction(amount))
    below: dict[int, list[Mapping[dt.date, Fraction]]] = defaultdict(list)
    for meter in parts:
        below[meter.parent_id or 0].append(months[meter.pk])
    return [
        MeterFault(fault.kind, f"{known[parent].name}：{fault.words}", fault.first, fault.last, count=fault.count, meter=known[parent].code)
        for parent in sorted(below, key=lambda key: known[key].code)
        for fault in above_parent(months[parent], below[parent], unit=MeteredCarrier(known[parent].carrier).unit)
    ]


@dataclass(frozen=True)
class ActivityAmount:
    """Consumption of one carrier in a year: exact, in a unit of ``carbon.units``.

    ``coverage`` is the share of expected intervals that have a value, ``estimated_share`` the estimated share of the amount. ``first`` and
    ``last`` are the first and last month with an amount (1 to 12).
    """

    carrier: MeteredCarrier
    amount: Fraction
    unit: str
    coverage: Fraction
    estimated_share: Fraction
    meters: int
    first: int
    last: int

    @property
    def period(self) -> str:
        """The months covered, as text."""
        if (self.first, self.last) == (1, 12):
            return "全年"
        return f"{self.first}月" if self.first == self.last else f"{self.first}月至{self.last}月"


def activity_amounts(district: District, year: int, today: dt.date) -> tuple[ActivityAmount, ...]:
    """Amounts of a year for each carrier that has readings, the same as on the board."""
    found = []
    for row in board(district, year, today):
        total = row.total
        if total.amount is not None:
            coverage = total.coverage if total.coverage is not None else Fraction(0)
            read = [number for number, cell in zip(MONTHS, row.months, strict=True) if cell.amount is not None]
            about = (row.carrier, total.amount, row.unit, coverage, total.estimated_share, row.meters)
            found.append(ActivityAmount(*about, first=read[0], last=read[-1]))
    return tuple(found)
