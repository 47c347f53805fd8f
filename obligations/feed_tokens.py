"""Tokens of calendar feeds: shown once, stored as a digest, one per person."""

import datetime as dt
import secrets
from hashlib import sha256

from django.db import transaction

from greendistrict.accounts.models import User
from greendistrict.accounts.revocation import Why, locked_person
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.signin import factors
from obligations.models import CalendarFeed

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
