"""Calendar feed (RFC 5545) of visible open obligations: all-day events with stable UIDs."""

import datetime as dt
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.days import day_in_words
from greendistrict.core.memoisation import held_reads
from greendistrict.policy.duty_table import duty_kind
from obligations.duties import Obligation
from obligations.selectors import obligations_visible_to, to_come
from obligations.way import ground

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//GreenDistrict//Obligations//ZH"
NAME = "绿色生态城区到期事项"
REFRESH = dt.timedelta(hours=6)
# A stamp must lie in the past, stay while the event stays, and move with its day: the feed reaches to the end of the next year.
STAMP_BEFORE = dt.timedelta(days=2 * 366)


def in_feed(viewer: Viewer) -> list[Obligation]:
    """Visible open obligations: listed ones, and those due this year and next."""
    with held_reads():
        listed = obligations_visible_to(viewer)  # today first: its data are reused for later days
        rows = [*to_come(viewer, viewer.as_of.year, viewer.as_of.year + 1), *listed]
    found = {row.key: row for row in rows if row.is_open}
    return sorted(found.values(), key=lambda row: (row.due, row.key))


def calendar_of(rows: Iterable[Obligation]) -> bytes:
    """Calendar file of obligations; deterministic."""
    from icalendar import Calendar  # noqa: PLC0415 -- 4 MiB that a web worker needs only once somebody subscribes

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", NAME)
    calendar.add("x-wr-calname", NAME)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for row in rows:
        calendar.add_component(_event(row))
    return bytes(calendar.to_ical())


def _event(row: Obligation) -> "Event":
    from icalendar import Event  # noqa: PLC0415 -- as above

    event = Event()
    event.add("uid", f"{sha256(row.key.encode()).hexdigest()[:32]}@greendistrict.obligations")
    event.add("dtstamp", dt.datetime.combine(row.due, dt.time(), tzinfo=dt.UTC) - STAMP_BEFORE)
    event.add("dtstart", row.due)
    event.add("dtend", row.due + dt.timedelta(days=1))
    event.add("summary", f"{'【演示数据】' if row.is_demo else ''}{row.district}{row.title}")
    how = "，".join(part for part in row.how if part)
    lines = [
        f"期限：{day_in_words(row.due)}（含当日）",
        f"应报单位：{row.organisation}" if row.organisation else "",
        f"报送：{row.to}" if row.to else "",
        f"依据：{ground(row.cite)}" if row.cite else "",
        f"日期由来：{how}" if how else "",
    ]
    event.add("description", "\n".join([line for line in lines if line]))
    event.add("categories", [duty_kind(row.kind).label])
    event.add("url", f"{settings.SITE_URL}{reverse('obligations:obligation_detail', args=[row.key])}")
    event.add("transp", "TRANSPARENT")
    return event
