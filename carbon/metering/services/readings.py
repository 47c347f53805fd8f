"""Write checked readings by COPY: each moment of a meter once, changes kept as corrections, consumption recalculated.

Only months and years whose readings changed are summed again. The sums equal those of ``consumption.by_month``: consumption between
register values with missing readings is spread evenly, rounded so that the parts always add up to the whole.

The readings table has monthly partitions, made ahead by a nightly job, and on demand for readings of other months. The portal's database
role owns no tables (core/rights.py); a function of the owner creates partitions (carbon/migrations, docs/adr/0019).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from carbon.metering.checks import MeterFault, NewReading
from carbon.metering.consumption import next_month
from carbon.metering.models import KEEPERS, Meter, ReadingCorrection
from carbon.metering.rules import hold_metering
from carbon.metering.selectors.meters import look_at
from districts.file.models.district import District
from greendistrict.accounts.acting import principal_in
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refusal, Refused

AHEAD = 3
FIRST_YEAR, LAST_YEAR = 1992, 2199  # as the function in the database has them


def ensure_partitions(months: Iterable[dt.date]) -> int:
    """Create missing partitions for these months. Returns how many were created.

    Everybody else who needs one of them waits until the end of the transaction: ask before the transaction that writes the readings.
    """
    wanted = sorted({month.replace(day=1) for month in months})
    if not wanted:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(carbon_make_reading_partition(month)) FROM unnest(%s::date[]) AS month", [wanted])
        (made,) = cursor.fetchone() or (0,)
    return int(made)


def months_of(moments: Iterable[dt.datetime]) -> list[dt.date]:
    """Months, in local time, of moments that a partition can have."""
    days = {moment.astimezone(clock.SHANGHAI).date().replace(day=1) for moment in moments}
    return sorted(day for day in days if FIRST_YEAR <= day.year <= LAST_YEAR)


def make_partitions_ahead() -> int:
    """Create the partitions of this month and the next ones."""
    months = [clock.today().replace(day=1)]
    for _ in range(AHEAD):
        months.append(next_month(months[-1]))
    return ensure_partitions(months)


# The temporary tables are those of ``services.readings``: ``metering_touched`` has the first and last staged moment of each meter,
# ``metering_span`` a meter, the first month touched and the end of the last.
SPANS = """
INSERT INTO metering_span (meter_id, low, high)
SELECT t.meter_id,
    date_trunc('month', least(t.first, before.at) AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai',
    (date_trunc('month', greatest(t.last, after.at) AT TIME ZONE 'Asia/Shanghai') + interval '1 month') AT TIME ZONE 'Asia/Shanghai'
FROM metering_touched t
JOIN carbon_meter m ON m.id = t.meter_id
LEFT JOIN LATERAL (
    SELECT r.at FROM carbon_meterreading r WHERE m.cumulative AND r.meter_id = t.meter_id AND r.at < t.first ORDER BY r.at DESC LIMIT 1
) before ON true
LEFT JOIN LATERAL (
    SELECT r.at FROM carbon_meterreading r WHERE m.cumulative AND r.meter_id = t.meter_id AND r.at > t.last ORDER BY r.at LIMIT 1
) after ON true
"""
DROP = """
DELETE FROM carbon_monthlyconsumption c USING metering_span s
WHERE c.meter_id = s.meter_id AND c.month >= (s.low AT TIME ZONE 'Asia/Shanghai')::date
    AND c.month < (s.high AT TIME ZONE 'Asia/Shanghai')::date
"""
PER_INTERVAL = """
INSERT INTO carbon_monthlyconsumption (meter_id, month, amount, measured, estimated, estimated_amount)
SELECT r.meter_id, date_trunc('month', r.at AT TIME ZONE 'Asia/Shanghai')::date, sum(r.value) * max(m.multiplier),
    count(*) FILTER (WHERE r.estimated = ''), count(*) FILTER (WHERE r.estimated <> ''),
    coalesce(sum(r.value) FILTER (WHERE r.estimated <> ''), 0) * max(m.multiplier)
FROM metering_span s
JOIN carbon_meter m ON m.id = s.meter_id AND NOT m.cumulative
JOIN carbon_meterreading r ON r.meter_id = s.meter_id AND r.at >= s.low AND r.at < s.high
GROUP BY r.meter_id, 2
"""


def _intervals(first: str, last: str) -> str:
    """SQL expression: number of intervals of the meter between two moments."""
    age = f"age({last} AT TIME ZONE 'Asia/Shanghai', {first} AT TIME ZONE 'Asia/Shanghai')"
    return f"""CASE WHEN monthly THEN 12 * extract(year FROM {age}) + extract(month FROM {age})
        ELSE extract(epoch FROM {last} - {first}) / extract(epoch FROM pace) END"""


# Month by month, each from its own partition: the readings in it, the last before and the first after. A step that crosses an end of the
# month is divided and gives it the part that lies in it; most lie within and are summed as they are. The months are materialized because
# the planner would write their ends out wherever they are used, and convert them once for each reading.
REGISTER = f"""
INSERT INTO carbon_monthlyconsumption (meter_id, month, amount, measured, estimated, estimated_amount)
WITH touched AS MATERIALIZED (
    SELECT s.meter_id, month::date AS month, month AT TIME ZONE 'Asia/Shanghai' AS opens,
        (month + interval '1 month') AT TIME ZONE 'Asia/Shanghai' AS closes, m.multiplier, m.digits, m."interval" = 'month' AS monthly,
        CASE m."interval" WHEN '15min' THEN interval '15 minutes' WHEN '30min' THEN interval '30 minutes' WHEN 'hour' THEN interval '1 hour'
            ELSE interval '1 day' END AS pace
    FROM metering_span s
    JOIN carbon_meter m ON m.id = s.meter_id AND m.cumulative
    CROSS JOIN generate_series(
        s.low AT TIME ZONE 'Asia/Shanghai', s.high AT TIME ZONE 'Asia/Shanghai' - interval '1 day', interval '1 month'
    ) AS month
)
SELECT touched.meter_id, touched.month, used.*
FROM touched
CROSS JOIN LATERAL (
    WITH points AS (
        (SELECT b.at, b.value, b.estimated FROM carbon_meterreading b
            WHERE b.meter_id = touched.meter_id AND b.at < opens ORDER BY b.at DESC LIMIT 1)
        UNION ALL
        (SELECT i.at, i.value, i.estimated FROM carbon_meterreading i
            WHERE i.meter_id = touched.meter_id AND i.at >= opens AND i.at < closes)
        UNION ALL
        (SELECT a.at, a.value, a.estimated FROM carbon_meterreading a
            WHERE a.meter_id = touched.meter_id AND a.at >= closes ORDER BY a.at LIMIT 1)
    ), pairs AS (
        SELECT p.*, lead(at) OVER w AS next_at, lead(value) OVER w AS next_value, lead(estimated) OVER w AS next_estimated
        FROM points p WINDOW w AS (ORDER BY at)
    ), steps AS (
        SELECT at, next_at, at >= opens AND next_at <= closes AS within, estimated <> '' OR next_estimated <> '' AS guessed,
            CASE WHEN next_at - at = pace THEN 1 ELSE {_intervals("at", "next_at")} END AS total,
            multiplier * CASE
                WHEN next_value >= value THEN next_value - value
                WHEN digits IS NOT NULL THEN next_value - value + 10::numeric ^ digits
                ELSE 0
            END AS used
        FROM pairs WHERE next_at > opens AND at < closes
    ), shares AS (
        SELECT guessed OR total > 1 AS estimated,
            CASE WHEN within THEN total ELSE reached - passed END AS count,
            CASE WHEN within THEN used ELSE round(used * reached / total, 6) - round(used * passed / total, 6) END AS amount
        FROM steps CROSS JOIN LATERAL (
            SELECT CASE WHEN NOT within THEN {_intervals("at", "greatest(at, opens)")} END AS passed,
                CASE WHEN NOT within THEN {_intervals("at", "least(next_at, closes)")} END AS reached
        ) part
    )
    SELECT sum(amount) AS amount, coalesce(sum(count) FILTER (WHERE NOT estimated), 0),
        coalesce(sum(count) FILTER (WHERE estimated), 0), coalesce(sum(amount) FILTER (WHERE estimated), 0)
    FROM shares
) used
WHERE used.amount IS NOT NULL
"""  # noqa: S608 -- of our own words

DROP_YEARS = """
DELETE FROM carbon_yearlyconsumption y USING metering_span s
WHERE y.meter_id = s.meter_id AND y.year >= extract(year FROM s.low AT TIME ZONE 'Asia/Shanghai')
    AND y.year <= extract(year FROM s.high AT TIME ZONE 'Asia/Shanghai' - interval '1 day')
"""
YEARS = """
INSERT INTO carbon_yearlyconsumption (meter_id, year, amount)
SELECT c.meter_id, extract(year FROM c.month), sum(c.amount)
FROM metering_span s
JOIN carbon_monthlyconsumption c ON c.meter_id = s.meter_id
    AND c.month >= date_trunc('year', s.low AT TIME ZONE 'Asia/Shanghai')
    AND c.month < date_trunc('year', s.high AT TIME ZONE 'Asia/Shanghai' - interval '1 day') + interval '1 year'
GROUP BY 1, 2
"""


def renew() -> None:
    """Recalculate the months and years touched by the staged readings, in the same transaction."""
    with connection.cursor() as cursor:
        for statement in (SPANS, DROP, PER_INTERVAL, REGISTER, DROP_YEARS, YEARS):
            cursor.execute(statement)


Row = tuple[int, dt.datetime, Decimal, str]  # meter, moment, value, how it was estimated
ANALYZED_FROM = 10_000
TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS metering_staged
    (meter_id bigint NOT NULL, at timestamptz NOT NULL, value numeric(18, 3) NOT NULL, estimated varchar(10) NOT NULL)
    ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS metering_touched
    (meter_id bigint NOT NULL, readings integer NOT NULL, first timestamptz NOT NULL, last timestamptz NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS metering_span
    (meter_id bigint NOT NULL, low timestamptz NOT NULL, high timestamptz NOT NULL) ON COMMIT DELETE ROWS;
TRUNCATE metering_staged, metering_touched, metering_span
"""
TOUCHED = "INSERT INTO metering_touched SELECT meter_id, count(*), min(at), max(at) FROM metering_staged GROUP BY meter_id"
# Days first, which is quick, since months have to be told in local time.
MONTHS = """
SELECT DISTINCT date_trunc('month', day AT TIME ZONE 'Asia/Shanghai')::date
FROM (SELECT DISTINCT date_bin('1 day', at, timestamptz '1992-01-01 00:00+08') AS day FROM metering_staged) days
"""
CHANGED = """
FROM metering_staged s JOIN carbon_meterreading r ON r.meter_id = s.meter_id AND r.at = s.at
WHERE r.at >= %(first)s AND r.at <= %(last)s AND (r.value <> s.value OR r.estimated <> s.estimated)
"""
MEASURED_CHANGED = f"SELECT count(*) {CHANGED} AND r.estimated = ''"
HISTORY = f"""
INSERT INTO carbon_readingcorrection
    (meter_id, at, before, before_estimated, after, after_estimated, reason, corrected_at, corrected_by_id, corrected_by_principal)
SELECT s.meter_id, s.at, r.value, r.estimated, s.value, s.estimated, %(reason)s, %(now)s, %(by)s, %(principal)s {CHANGED}
"""
OVERWRITE = """
UPDATE carbon_meterreading r SET value = s.value, estimated = s.estimated FROM metering_staged s
WHERE r.meter_id = s.meter_id AND r.at = s.at AND r.at >= %(first)s AND r.at <= %(last)s
    AND (r.value <> s.value OR r.estimated <> s.estimated)
"""
# Nobody else writes under the lock of the meters, so what is not there now is new: ON CONFLICT would look for each row a second time.
INSERT = """
INSERT INTO carbon_meterreading (meter_id, at, value, estimated)
SELECT s.meter_id, s.at, s.value, s.estimated FROM metering_staged s
WHERE NOT EXISTS (
    SELECT FROM carbon_meterreading r WHERE r.meter_id = s.meter_id AND r.at = s.at AND r.at >= %(first)s AND r.at <= %(last)s
)
"""
NEEDS_REASON = "平台上已有不同的读数，更正请写明原因"


@dataclass(frozen=True)
class StoredReadings:
    """How many readings were new, corrected, or stored already."""

    added: int
    corrected: int
    unchanged: int


def store(rows: Iterable[Row], *, by: User, reason: str = "") -> StoredReadings:
    """Write readings in the caller's transaction, holding a lock on the meters. ``rows`` are checked and unique per meter and moment.

    Raises ``Refused`` if a measured reading would change without a reason.
    """
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        with cursor.copy("COPY metering_staged (meter_id, at, value, estimated) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(TOUCHED)
        cursor.execute("SELECT sum(readings), min(first), max(last), array_agg(meter_id) FROM metering_touched")
        total, first, last, meters = cursor.fetchone()
        if not total:
            return StoredReadings(0, 0, 0)
        if total >= ANALYZED_FROM:
            cursor.execute("ANALYZE metering_staged")
        list(Meter.objects.select_for_update(no_key=True).filter(pk__in=meters).order_by("pk").values_list("pk"))
        cursor.execute(MONTHS)
        ensure_partitions(month for (month,) in cursor.fetchall())
        asked = {
            "first": first,
            "last": last,
            "reason": fitted(ReadingCorrection, "reason", reason),
            "now": clock.now(),
            "by": by.pk,
            "principal": principal_in(by, KEEPERS),
        }
        cursor.execute(MEASURED_CHANGED, asked)
        Refused.when(cursor.fetchone()[0] and not reason, NEEDS_REASON)
        cursor.execute(HISTORY, asked)
        cursor.execute(OVERWRITE, asked)
        corrected = cursor.rowcount
        cursor.execute(INSERT, asked)
        added = cursor.rowcount
        if added or corrected:
            renew()
    return StoredReadings(added, corrected, total - added - corrected)


def take(
    *, district: District, readings: Mapping[str, Sequence[NewReading]], by: User, source: str, reason: str = "", whole: bool = True
) -> tuple[StoredReadings, list[MeterFault]]:
    """Check and write readings given by meter code; with ``whole`` nothing is written if any reading is refused.

    Raises ``NotAllowed``, ``Refused`` with every reading that is refused or would change without a reason.
    """
    hold_metering(posts_of(by), district)
    ensure_partitions(months_of(reading.at for rows in readings.values() for reading in rows))
    with transaction.atomic():
        hold_metering(posts_of(by), district)
        seen = look_at(district, readings, clock.now())
        refused = [fault for fault in seen.faults if fault.refused]
        if whole and refused:
            raise Refused([Refusal(f"{fault.meter} {fault.kind.label}：{fault.words}", field=str(fault.line or "")) for fault in refused])
        done = store(seen.rows, by=by, reason=reason)
        if done.added or done.corrected:
            data = {"source": source, "added": done.added, "corrected": done.corrected, "refused": len(refused)}
            audit.record(action="carbon.write_readings", by=by, obj=district, data=data)
        return done, seen.faults
