"""Calendar file (RFC 5545) of an event: the hours of its programme for each day, or whole days without a programme."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from greendistrict.core import clock
from outreach.exchange.models import AgendaRow, EventState, ExchangeEvent

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//GreenDistrict//Exchange//ZH"
DAY = dt.timedelta(days=1)


def calendar_file(event: ExchangeEvent) -> bytes:
    """Calendar file of a published event; deterministic. A changed event keeps its UID and gets a higher SEQUENCE."""
    from icalendar import Calendar  # noqa: PLC0415 -- 4 MiB that a web worker needs only once somebody takes one

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if event.status == EventState.CANCELLED else "PUBLISH")
    rows = list(event.agenda.all())
    for day in _days(event):
        calendar.add_component(_entry(event, day, [row for row in rows if row.day == day]))
    return bytes(calendar.to_ical())


def _days(event: ExchangeEvent) -> Iterator[dt.date]:
    day, last = event.starts_on, event.ends_on or event.starts_on
    while day is not None and last is not None and day <= last:
        yield day
        day += DAY


def _entry(event: ExchangeEvent, day: dt.date, rows: Sequence[AgendaRow]) -> "Event":
    from icalendar import Event  # noqa: PLC0415 -- as above

    page = f"{settings.SITE_URL}{reverse('outreach:event_public', args=[event.pk])}"
    entry = Event()
    entry.add("uid", f"{event.number}-{day.isoformat()}@greendistrict.exchange")
    entry.add("sequence", event.version)
    entry.add("dtstamp", (event.published_at or event.opened_at).astimezone(dt.UTC))
    if rows:
        entry.add("dtstart", _moment(day, min(row.begins for row in rows)))
        entry.add("dtend", _moment(day, max(row.ends for row in rows)))
    else:
        entry.add("dtstart", day)
        entry.add("dtend", day + DAY)
    entry.add("summary", f"{'【演示数据】' if event.is_demo else ''}{event.title}")
    entry.add("location", event.place)
    lines = [f"{one.begins:%H:%M}—{one.ends:%H:%M} {one.subject}{f'（{one.speaker}）' if one.speaker else ''}" for one in rows]
    entry.add("description", "\n".join([event.summary, *lines]))
    entry.add("status", "CANCELLED" if event.status == EventState.CANCELLED else "CONFIRMED")
    entry.add("url", page)
    return entry


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, clock.SHANGHAI).astimezone(dt.UTC)
