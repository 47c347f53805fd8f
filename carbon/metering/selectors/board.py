"""Consumption of a district by what is measured and month, beside the year before, with gaps and the share of estimates.

Only meters without a parent of the same kind count: what a sub-meter shows is part of the meter above it.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from carbon import units
from carbon.metering.checks import MeterFault, above_parent
from carbon.metering.enums import MeteredCarrier
from carbon.metering.intervals import expected, midnight, next_month
from carbon.metering.models import Meter, MonthlyConsumption
from districts.file.models.district import District
from greendistrict.core import clock

MONTHS = range(1, 13)
YEARS = 10
COUNTED_ONCE = Q(meter__parent__isnull=True) | ~Q(meter__parent__carrier=F("meter__carrier"))


@dataclass
class MonthCell:
    """Use of one month. ``wanted`` counts the intervals that should have been read until now."""

    amount: Fraction | None = None
    measured: int = 0
    estimated: int = 0
    estimated_amount: Fraction = Fraction(0)
    wanted: int = 0

    @property
    def missing(self) -> int:
        """Intervals without any value."""
        return max(0, self.wanted - self.measured - self.estimated)

    @property
    def coverage(self) -> Fraction | None:
        """Share of the intervals that have a value; nothing where none is due."""
        return Fraction(self.wanted - self.missing, self.wanted) if self.wanted else None

    @property
    def estimated_share(self) -> Fraction:
        """Share of the use that was estimated."""
        return self.estimated_amount / self.amount if self.amount else Fraction(0)

    def add(self, other: "MonthCell") -> None:
        """Count another one in."""
        if other.amount is not None:
            self.amount = (self.amount or Fraction(0)) + other.amount
        self.measured += other.measured
        self.estimated += other.estimated
        self.estimated_amount += other.estimated_amount
        self.wanted += other.wanted


@dataclass
class CarrierYear:
    """One row of the board: twelve months of one carrier in its unit, those of the year before, and both sums."""

    carrier: MeteredCarrier
    meters: int
    months: list[MonthCell] = field(default_factory=lambda: [MonthCell() for _ in MONTHS])
    before: list[MonthCell] = field(default_factory=lambda: [MonthCell() for _ in MONTHS])

    @property
    def unit(self) -> str:
        """Unit of the row."""
        return self.carrier.unit

    @property
    def total(self) -> MonthCell:
        """The whole year."""
        return _summed(self.months)

    @property
    def total_before(self) -> MonthCell:
        """The whole year before."""
        return _summed(self.before)


def _summed(cells: Iterable[MonthCell]) -> MonthCell:
    found = MonthCell()
    for cell in cells:
        found.add(cell)
    return found


def board(district: District, year: int) -> list[CarrierYear]:
    """Rows of a year; two statements for any number of meters and years."""
    counted = list(_meters_once(district))
    rows: dict[str, CarrierYear] = {}
    for carrier, number in sorted(
        Counter(meter.carrier for meter in counted).items(), key=lambda pair: MeteredCarrier.values.index(pair[0])
    ):
        rows[carrier] = CarrierYear(MeteredCarrier(carrier), number)
    for carrier, month, cell in _months(district, year):
        row = rows.get(carrier)
        if row is not None:
            (row.months if month.year == year else row.before)[month.month - 1].add(cell)
    for carrier, wanted in _wanted(counted, year).items():
        for number, count in enumerate(wanted):
            rows[carrier].months[number].wanted = count
    return list(rows.values())


def _meters_once(district: District) -> QuerySet[Meter]:
    """Meters whose use is not part of another one's."""
    return Meter.objects.filter(Q(parent__isnull=True) | ~Q(parent__carrier=F("carrier")), district=district)


def _months(district: District, year: int) -> Iterable[tuple[str, dt.date, MonthCell]]:
    """Sums of a year and the one before, by carrier and unit; each converted into the unit of its carrier."""
    span = (dt.date(year - 1, 1, 1), dt.date(year, 12, 1))
    rows = MonthlyConsumption.objects.filter(COUNTED_ONCE, meter__district=district, month__range=span).order_by()
    sums = rows.values("meter__carrier", "meter__unit", "month").annotate(
        used=Sum("amount"), read=Sum("measured"), guessed=Sum("estimated"), guessed_use=Sum("estimated_amount")
    )
    for row in sums:
        amounts = (in_board_unit(row["meter__carrier"], row["meter__unit"], Fraction(row[name])) for name in ("used", "guessed_use"))
        used, guessed_use = amounts
        yield row["meter__carrier"], row["month"], MonthCell(used, row["read"], row["guessed"], guessed_use)


def in_board_unit(carrier: str, unit: str, amount: Fraction) -> Fraction:
    """Amount in the unit that the board shows of a carrier, converted exactly."""
    return units.convert(amount, units.unit_of(unit), units.unit_of(MeteredCarrier(carrier).unit))


def wanted_months(interval: str, begins: dt.date, ends: dt.date | None, year: int) -> list[int]:
    """How many readings a meter owes for each month of a year, until today."""
    until = clock.today() if ends is None else min(ends + dt.timedelta(days=1), clock.today())
    found = []
    for number in MONTHS:
        first = dt.date(year, number, 1)
        low, high = max(first, begins), min(next_month(first), until)
        found.append(expected(interval, midnight(low), midnight(high)) if low < high else 0)
    return found


def _wanted(meters: Sequence[Meter], year: int) -> Mapping[str, list[int]]:
    """The same summed by carrier: meters of one interval and term are counted together."""
    alike = Counter((meter.carrier, meter.interval, meter.begins, meter.ends) for meter in meters)
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(MONTHS))
    for (carrier, interval, begins, ends), number in alike.items():
        months = wanted_months(interval, begins, ends, year)
        sums[carrier] = [total + number * count for total, count in zip(sums[carrier], months, strict=True)]
    return sums


@dataclass(frozen=True)
class YearSum:
    """Use of a carrier in a year, in its unit."""

    carrier: MeteredCarrier
    year: int
    amount: Fraction


def years(district: District, last: int) -> list[YearSum]:
    """Sums of up to ten years, one statement."""
    span = (dt.date(last - YEARS + 1, 1, 1), dt.date(last, 12, 1))
    rows = MonthlyConsumption.objects.filter(COUNTED_ONCE, meter__district=district, month__range=span).order_by()
    sums: dict[tuple[str, int], Fraction] = {}
    for row in rows.annotate(year=ExtractYear("month")).values("meter__carrier", "meter__unit", "year").annotate(used=Sum("amount")):
        key = (row["meter__carrier"], row["year"])
        sums[key] = sums.get(key, Fraction(0)) + in_board_unit(row["meter__carrier"], row["meter__unit"], Fraction(row["used"]))
    return [YearSum(MeteredCarrier(carrier), year, amount) for (carrier, year), amount in sorted(sums.items())]


def above_parents(district: District, year: int) -> list[MeterFault]:
    """Meters whose sub-meters of the same carrier count more than they do; two statements."""
    parts = list(Meter.objects.filter(district=district, parent__carrier=F("carrier")).select_related("parent"))
    keys = {meter.pk for meter in parts} | {meter.parent_id for meter in parts}
    months: dict[int, dict[dt.date, Fraction]] = defaultdict(dict)
    known = {meter.pk: meter for one in parts for meter in (one, one.parent) if meter is not None}
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
