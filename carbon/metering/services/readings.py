"""Write checked readings by COPY: each moment of a meter once, changes kept as corrections, consumption recalculated."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from carbon.metering.checks import MeterFault, NewReading
from carbon.metering.models import KEEPERS, Meter, ReadingCorrection
from carbon.metering.rules import hold_metering
from carbon.metering.selectors.looking import look_at
from carbon.metering.services import aggregates, partitions
from districts.file.models.district import District
from greendistrict.accounts.acting import principal_in
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refusal, Refused

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
        partitions.ensure(month for (month,) in cursor.fetchall())
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
            aggregates.renew()
    return StoredReadings(added, corrected, total - added - corrected)


def take(
    *, district: District, readings: Mapping[str, Sequence[NewReading]], by: User, source: str, reason: str = "", whole: bool = True
) -> tuple[StoredReadings, list[MeterFault]]:
    """Check and write readings given by meter code; with ``whole`` nothing is written if any reading is refused.

    Raises ``NotAllowed``, ``Refused`` with every reading that is refused or would change without a reason.
    """
    hold_metering(posts_of(by), district)
    partitions.ensure(partitions.months_of(reading.at for rows in readings.values() for reading in rows))
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
