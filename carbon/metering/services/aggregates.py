"""Monthly consumption in the database: months are summed anew where readings of theirs were written, and only those.

The same sums as ``consumption.by_month``. Of a register that misses readings the use is spread evenly and rounded so that the parts of a
span always add up to the whole of it.
"""

from django.db import connection

# The temporary tables are those of ``services.readings``: ``metering_span`` has a meter, the first month touched and the end of the last.
SPANS = """
INSERT INTO metering_span (meter_id, low, high)
SELECT t.meter_id,
    date_trunc('month', least(t.first, before.at) AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai',
    (date_trunc('month', greatest(t.last, after.at) AT TIME ZONE 'Asia/Shanghai') + interval '1 month') AT TIME ZONE 'Asia/Shanghai'
FROM (SELECT meter_id, min(at) AS first, max(at) AS last FROM metering_staged GROUP BY meter_id) t
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
# Most steps lie within one month and are summed as they are; only those that cross its end are divided. Moments become Shanghai's below the
# window, once each: above it the planner would write the conversion out wherever it is used, and with it most of the time would go.
REGISTER = """
INSERT INTO carbon_monthlyconsumption (meter_id, month, amount, measured, estimated, estimated_amount)
WITH points AS (
    SELECT s.meter_id, r.at AT TIME ZONE 'Asia/Shanghai' AS at, date_trunc('month', r.at AT TIME ZONE 'Asia/Shanghai') AS month,
        r.value, r.estimated, m.multiplier, m.digits, m."interval" AS pace
    FROM metering_span s
    JOIN carbon_meter m ON m.id = s.meter_id AND m.cumulative
    CROSS JOIN LATERAL (
        (SELECT b.at, b.value, b.estimated FROM carbon_meterreading b
            WHERE b.meter_id = s.meter_id AND b.at < s.low ORDER BY b.at DESC LIMIT 1)
        UNION ALL
        (SELECT i.at, i.value, i.estimated FROM carbon_meterreading i WHERE i.meter_id = s.meter_id AND i.at >= s.low AND i.at < s.high)
        UNION ALL
        (SELECT a.at, a.value, a.estimated FROM carbon_meterreading a
            WHERE a.meter_id = s.meter_id AND a.at >= s.high ORDER BY a.at LIMIT 1)
    ) r
), pairs AS (
    SELECT p.*, lead(p.at) OVER w AS next_at, lead(p.month) OVER w AS next_month, lead(p.value) OVER w AS next_value,
        lead(p.estimated) OVER w AS next_estimated
    FROM points p WINDOW w AS (PARTITION BY p.meter_id ORDER BY p.at)
), steps AS (
    SELECT meter_id, pace, at, next_at, month,
        CASE WHEN next_month = month THEN month ELSE date_trunc('month', next_at - interval '1 second') END AS last_month,
        CASE pace WHEN '15min' THEN 900 WHEN '30min' THEN 1800 WHEN 'hour' THEN 3600 ELSE 86400 END AS seconds,
        estimated <> '' OR next_estimated <> '' AS guessed,
        multiplier * CASE
            WHEN next_value >= value THEN next_value - value
            WHEN digits IS NOT NULL THEN next_value - value + 10::numeric ^ digits
            ELSE 0
        END AS used
    FROM pairs WHERE next_at IS NOT NULL
), counted AS (
    SELECT steps.*, CASE WHEN pace = 'month' THEN 12 * extract(year FROM age(next_at, at)) + extract(month FROM age(next_at, at))
        ELSE extract(epoch FROM next_at - at) / seconds END AS total
    FROM steps
), divided AS (
    SELECT meter_id, guessed, used, total, part.month,
        CASE WHEN pace = 'month' THEN 12 * extract(year FROM age(part.first, at)) + extract(month FROM age(part.first, at))
            ELSE extract(epoch FROM part.first - at) / seconds END AS passed,
        CASE WHEN pace = 'month' THEN 12 * extract(year FROM age(part.last, at)) + extract(month FROM age(part.last, at))
            ELSE extract(epoch FROM part.last - at) / seconds END AS reached
    FROM counted
    CROSS JOIN LATERAL (
        SELECT one AS month, greatest(counted.at, one) AS first, least(counted.next_at, one + interval '1 month') AS last
        FROM generate_series(counted.month, counted.last_month, interval '1 month') AS one
    ) part
    WHERE counted.month <> counted.last_month
), shares AS (
    SELECT meter_id, month, total AS count, guessed OR total > 1 AS estimated, used AS amount
    FROM counted WHERE month = last_month
    UNION ALL
    SELECT meter_id, month, reached - passed, guessed OR total > 1,
        round(used * reached / total, 6) - round(used * passed / total, 6)
    FROM divided
), sums AS (
    SELECT meter_id, month, sum(amount) AS amount, coalesce(sum(count) FILTER (WHERE NOT estimated), 0) AS measured,
        coalesce(sum(count) FILTER (WHERE estimated), 0) AS estimated, coalesce(sum(amount) FILTER (WHERE estimated), 0) AS estimated_amount
    FROM shares GROUP BY meter_id, month
)
SELECT meter_id, month::date, amount, measured, estimated, estimated_amount
FROM sums JOIN metering_span s USING (meter_id)
WHERE month >= s.low AT TIME ZONE 'Asia/Shanghai' AND month < s.high AT TIME ZONE 'Asia/Shanghai'
"""


def renew() -> None:
    """Sum the months anew that the staged readings touch, in their transaction."""
    with connection.cursor() as cursor:
        for statement in (SPANS, DROP, PER_INTERVAL, REGISTER):
            cursor.execute(statement)
