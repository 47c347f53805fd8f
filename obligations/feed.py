"""Calendar feed (RFC 5545) of visible open obligations: all-day events with stable UIDs. Its tokens: one per person, stored as a digest."""

import datetime as dt
import secrets
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from greendistrict.accounts.models import User
from greendistrict.accounts.revocation import Why, locked_person
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.core.memoisation import held_reads
from greendistrict.policy.duty_table import duty_kind, told_kind
from greendistrict.signin import factors
from obligations.duties import Obligation
from obligations.models import CalendarFeed
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
        f"期限：{row.due_told}（含当日）",
        f"应报单位：{row.organisation}" if row.organisation else "",
        f"报送：{row.to}" if row.to else "",
        f"依据：{ground(row.cite, told_kind(row.kind, row.rule))}" if row.cite else "",
        f"日期由来：{how}" if how else "",
    ]
    event.add("description", "\n".join([line for line in lines if line]))
    event.add("categories", [duty_kind(row.kind).label])
    event.add("url", f"{settings.SITE_URL}{reverse('obligations:obligation_detail', args=[row.key])}")
    event.add("transp", "TRANSPARENT")
    return event


SECRET_BYTES = 32
WRITTEN_AFTER = dt.timedelta(minutes=10)


def digest_of(token: str) -> str:
    """Digest under which a token is stored."""
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def make_feed(*, by: User) -> str:
    """Replace the person's token and return the new one, which is shown only now. Raises ``NotAllowed`` for a disabled account."""
    NotAllowed.unless(locked_person(by).is_active, "账号已停用")
    token = secrets.token_urlsafe(SECRET_BYTES)
    values = {"digest": digest_of(token), "made_at": clock.now(), "read_at": None}
    CalendarFeed.objects.update_or_create(user=by, defaults=values)
    audit.record(action="obligations.make_feed", by=by, obj=by)
    return token


def end_feeds(person: User, _why: Why) -> int:
    """Revoke the token of a person whose rights have ended; returns how many there were."""
    return CalendarFeed.objects.filter(user=person).delete()[0]


@transaction.atomic
def revoke_feed(*, by: User) -> bool:
    """Revoke the person's token; returns whether there was one."""
    gone, _ = CalendarFeed.objects.filter(user=by).delete()
    if gone:
        audit.record(action="obligations.revoke_feed", by=by, obj=by)
    return bool(gone)


def reader_of(token: str) -> User | None:
    """Person of this token; None if unknown, revoked, the account disabled or without its second factor. Records the time of reading."""
    feed = CalendarFeed.objects.select_related("user").filter(digest=digest_of(token), user__is_active=True).first()
    if feed is None or factors.is_owed(feed.user):
        return None
    now = clock.now()
    if feed.read_at is None or abs(now - feed.read_at) > WRITTEN_AFTER:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)
    return feed.user
