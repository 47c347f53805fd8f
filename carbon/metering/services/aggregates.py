"""Monthly and yearly consumption in the database; only months and years whose readings changed are summed again.

The sums equal those of ``consumption.by_month``. Consumption between register values with missing readings is spread evenly, rounded so
that the parts always add up to the whole.
"""

from django.db import connection

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
