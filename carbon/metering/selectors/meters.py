"""Meters, reading files and tokens; preview of new readings; one meter in detail: months of a year, days of a month, readings of a day."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from carbon.metering.checks import MeterFault, NewReading, check
from carbon.metering.consumption import ReadingPoint, UseSum, by_day, expected, midnight, moved, next_month, steps_between, uses
from carbon.metering.enums import FaultKind
from carbon.metering.models import Meter, MeterToken, MonthlyConsumption, ReadingCorrection, ReadingImport
from carbon.metering.selectors.board import MonthCell, wanted_months
from districts.common.enums import QueuedState
from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.folded_keys import Folded, folded


def meters_visible_to(viewer: Viewer) -> QuerySet[Meter]:
    """Meters of the districts whose file the person reads."""
    return Meter.objects.filter(district__in=files_visible_to(viewer))


def meter_list(district: District) -> QuerySet[Meter]:
    """Meters of a district with the last month that has readings."""
    last = MonthlyConsumption.objects.filter(meter=OuterRef("pk")).order_by("-month").values("month")[:1]
    rows = Meter.objects.filter(district=district).select_related("plot", "work", "parent")
    return rows.annotate(last_month=Subquery(last)).order_by("carrier", "code")


def has_readings(meter: Meter) -> bool:
    """Whether the meter has any reading."""
    return meter.readings.exists()


def may_be_parents(district: District, meter: Meter | None) -> QuerySet[Meter]:
    """Meters of the district that can be the parent of a meter."""
    rows = Meter.objects.filter(district=district).order_by("code")
    return rows.exclude(pk=meter.pk) if meter else rows


def is_below(meter: Meter, other: Meter) -> bool:
    """Whether a meter is a descendant of another one."""
    above: Meter | None = meter.parent
    while above is not None:
        if above.pk == other.pk:
            return True
        above = above.parent
    return False


def imports_of(district: District) -> list[ReadingImport]:
    """Latest reading files of a district, without their content."""
    return list(ReadingImport.objects.filter(district=district).select_related("by").defer("content")[:10])


def open_imports(district: District) -> QuerySet[ReadingImport]:
    """Files that wait for the worker or for confirmation; files without new readings are left out."""
    states = (QueuedState.WAITING, QueuedState.READ, QueuedState.ORDERED)
    waiting = ReadingImport.objects.filter(district=district, state__in=states)
    return waiting.exclude(state=QueuedState.READ, seen__added=0, seen__changed=0).defer("content")


def digest_of(secret: str) -> str:
    """Digest under which a token is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_of(secret: str) -> MeterToken | None:
    """The token of a secret, unless it is revoked or its maker's account is closed. What its maker may still do asks whoever takes it."""
    tokens = MeterToken.objects.select_related("district", "made_by")
    return tokens.filter(digest=digest_of(secret), revoked_at=None, made_by__is_active=True).first()


BEFORE = 100  # stored readings before the first new one that define what is usual
AROUND = """
SELECT w.meter_id, r.at, r.value, r.estimated FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS w (meter_id, first, last)
CROSS JOIN LATERAL (
    (SELECT b.at, b.value, b.estimated FROM carbon_meterreading b
        WHERE b.meter_id = w.meter_id AND b.at < w.first ORDER BY b.at DESC LIMIT %s)
    UNION ALL
    (SELECT i.at, i.value, i.estimated FROM carbon_meterreading i WHERE i.meter_id = w.meter_id AND i.at >= w.first AND i.at <= w.last)
    UNION ALL
    (SELECT a.at, a.value, a.estimated FROM carbon_meterreading a WHERE a.meter_id = w.meter_id AND a.at > w.last ORDER BY a.at LIMIT 1)
) r ORDER BY w.meter_id, r.at
"""


@dataclass
class SeenReadings:
    """The readings that would be written, with all faults; ``changed`` are stored readings that would get another value."""

    rows: list[tuple[int, dt.datetime, Decimal, str]] = field(default_factory=list)
    faults: list[MeterFault] = field(default_factory=list)
    added: int = 0
    unchanged: int = 0
    changed: list[tuple[str, dt.datetime, Decimal, Decimal]] = field(default_factory=list)
    changed_measured: int = 0
    meters: int = 0


def look_at(district: District, readings: Mapping[str, Sequence[NewReading]], now: dt.datetime) -> SeenReadings:
    """Check readings given by meter code. Three statements for any number of readings."""
    by_fold = {folded(code): list[str]() for code in readings}
    registered = Meter.objects.filter(district=district).annotate(fold=Folded("code")).filter(fold__in=list(by_fold))
    meters = {meter.code: meter for meter in registered}
    for code in meters:
        by_fold[folded(code)].append(code)
    readings, written = _by_registered_code(readings, by_fold)
    moments = {meters[code].pk: [row.at for row in rows] for code, rows in readings.items() if code in meters and rows}
    stored = points_around({meter: (min(of_meter), max(of_meter)) for meter, of_meter in moments.items()})
    seen = SeenReadings(meters=len(meters), faults=written)
    for code, rows in readings.items():
        meter = meters.get(code)
        if meter is None:
            seen.faults += [
                MeterFault(FaultKind.UNREADABLE, "本城区没有登记这个编号", line=rows[0].line, refused=True, count=len(rows), meter=code)
            ]
            continue
        known = stored.get(meter.pk, [])
        found = check(meter.spec, rows, known, now=now)
        seen.faults += [replace(fault, meter=code) for fault in found.faults]
        _compare(seen, meter, found.accepted, {point.at: point for point in known})
    return seen


def _by_registered_code(
    readings: Mapping[str, Sequence[NewReading]], by_fold: Mapping[str, Sequence[str]]
) -> tuple[dict[str, list[NewReading]], list[MeterFault]]:
    """Readings by the code as it is registered where it was only written otherwise, and what is said of that."""
    found, said = dict[str, list[NewReading]](), list[MeterFault]()
    for typed, rows in readings.items():
        known = by_fold[folded(typed)]
        code = known[0] if typed not in known and len(known) == 1 else typed
        if code != typed and rows:
            words = f"编号写作“{typed}”，按登记的“{code}”读入"
            said.append(MeterFault(FaultKind.CODE, words, line=rows[0].line, count=len(rows), meter=code))
        found.setdefault(code, []).extend(rows)
    return found, said


def _compare(seen: SeenReadings, meter: Meter, accepted: Sequence[NewReading], known: Mapping[dt.datetime, ReadingPoint]) -> None:
    for row in accepted:
        before = known.get(row.at)
        if before is None:
            seen.added += 1
        elif (before.value, before.estimated) == (row.value, row.estimated):
            seen.unchanged += 1
        else:
            seen.changed.append((meter.code, row.at, before.value, row.value))
            seen.changed_measured += not before.estimated
        seen.rows.append((meter.pk, row.at, row.value, row.estimated))


def points_around(wanted: Mapping[int, tuple[dt.datetime, dt.datetime]]) -> dict[int, list[ReadingPoint]]:
    """Stored readings of meters between two moments, plus the ones just before and after; one statement for any number of meters."""
    if not wanted:
        return {}
    keys, firsts, lasts = list(wanted), [span[0] for span in wanted.values()], [span[1] for span in wanted.values()]
    found: dict[int, list[ReadingPoint]] = {key: [] for key in keys}
    with connection.cursor() as cursor:
        cursor.execute(AROUND, [keys, firsts, lasts, BEFORE])
        for meter, at, value, estimated in cursor:
            found[meter].append(ReadingPoint(at.astimezone(clock.SHANGHAI), value, estimated))
    return found


def months_of(meter: Meter, year: int, today: dt.date) -> list[MonthCell]:
    """Stored consumption of the twelve months of a year."""
    cells = [MonthCell(wanted=count) for count in wanted_months(meter.interval, meter.begins, meter.ends, year, today)]
    for row in MonthlyConsumption.objects.filter(meter=meter, month__year=year):
        used = MonthCell(Fraction(row.amount), row.measured, row.estimated, Fraction(row.estimated_amount))
        cells[row.month.month - 1] += used
    return cells


def month_view(meter: Meter, month: dt.date, now: dt.datetime) -> tuple[list[tuple[dt.date, UseSum, int]], list[MeterFault]]:
    """Days of a month, and the faults found in it as in new readings; one statement.

    A day comes with its consumption and the number of intervals that have no value. What no gap between two readings tells of these
    is a fault without a time.
    """
    first, end = midnight(month), midnight(next_month(month))
    points = points_around({meter.pk: (first, moved(meter.interval, end, -1))})[meter.pk]
    sums = by_day(use for use in uses(meter.spec, points) if first <= use.at < end)
    inside = [NewReading(0, point.at, point.value, "", point.estimated) for point in points if first <= point.at < end]
    # The end of a month is checked together with the first reading of the next.
    found = check(meter.spec, inside, [point for point in points if point.at < first or point.at >= end], now=now)
    days = _days(meter, month, sums, now.date())
    missing = sum(lacking for _, _, lacking in days)
    return days, [*found.faults, *_unread(meter, missing, found.faults, first, min(end, midnight(now.date())))]


def _days(meter: Meter, month: dt.date, sums: dict[dt.date, UseSum], today: dt.date) -> list[tuple[dt.date, UseSum, int]]:
    found, day = [], month
    while day < next_month(month):
        use, morrow = sums.get(day, UseSum()), day + dt.timedelta(days=1)
        is_due = meter.begins <= day < today and (meter.ends is None or day <= meter.ends)
        wanted = expected(meter.interval, midnight(day), midnight(morrow)) if is_due else 0
        if use.measured or use.estimated or wanted:
            found.append((day, use, max(0, wanted - use.measured - use.estimated)))
        day = morrow
    return found


def _unread(meter: Meter, missing: int, faults: Sequence[MeterFault], first: dt.datetime, end: dt.datetime) -> list[MeterFault]:
    """Fault for the intervals before the first and after the last reading, which no gap between two readings tells; none without any."""
    gaps = [(fault.first, fault.last) for fault in faults if fault.kind is FaultKind.GAP and fault.first and fault.last]
    told = 0
    for before, after in () if meter.cumulative else gaps:  # the gaps of a register are estimated, and miss nothing
        begin, last = max(moved(meter.interval, before, 1), first), min(after, end)
        told += steps_between(meter.interval, begin, last) if begin < last else 0
    left = missing - told
    return [MeterFault(FaultKind.GAP, f"{'另有' if gaps else ''}{left}个间隔没有读数")] if left > 0 else []


def day_view(meter: Meter, day: dt.date) -> list[tuple[ReadingPoint, Fraction | None, list[ReadingCorrection]]]:
    """Readings of a day, each with the consumption of the interval that begins there, and its corrections; two statements."""
    first, end = midnight(day), midnight(day + dt.timedelta(days=1))
    points = points_around({meter.pk: (first, end - dt.timedelta(seconds=1))})[meter.pk]
    used = {use.at: use.amount for use in uses(meter.spec, points)}
    corrected: dict[dt.datetime, list[ReadingCorrection]] = {}
    for row in meter.corrections.filter(at__gte=first, at__lt=end).select_related("corrected_by"):
        corrected.setdefault(row.at, []).append(row)
    return [(point, used.get(point.at), corrected.get(point.at, [])) for point in points if first <= point.at < end]
