"""Lockout after wrong passwords.

Three counts over the last 15 minutes, kept in the database by django-axes:

- by name and address: 5 failures lock the name at that address, however the name is spelled;
- by name at all addresses: above ``LOCK_NAME_FAILURES`` it may only sign in from addresses where it signed in within 30 days;
- by address for all names: above ``LOCK_ADDRESS_FAILURES`` a name that did not sign in there within 30 days waits before its password is
  looked at, and few wait at a time. It is never refused for what others behind the same gateway did.

A browser in which the person signed in before is counted on its own: failures of others, at the same address too, never lock it.
IPv6 callers are counted by their /64 network, within which they choose addresses freely. This stops guessing one name from many places,
slows guessing many names from one place, and nobody else can lock out a person in the own browser.
Setting a new password through a mail link unlocks the name.
"""

import time
from threading import BoundedSemaphore
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_failure_limit
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest

from greendistrict.accounts.models import User, name_key
from greendistrict.accounts.selectors import person_named
from greendistrict.core import limits
from greendistrict.core.proxies import caller
from greendistrict.signin import browsers

QUARTER = 15 * 60
WAITED, CROWDED = "gd_waited", "gd_crowded"
TURNS = BoundedSemaphore(2)  # of one process: who waits holds a thread of the server


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Account name under which a sign-in attempt is counted, cut to what can be stored; no account has so long a name."""
    given = credentials if credentials is not None else getattr(request, "data", request.POST)
    return name_key(given.get("username"))[: AccessAttempt._meta.get_field("username").max_length]


def place_tried(request: HttpRequest) -> str:
    """Network address under which a sign-in attempt is counted; of IPv6 the first address of the network."""
    return limits.place_of(caller(request)).partition("/")[0]


class Handler(AxesDatabaseHandler):  # type: ignore[misc]  # the library has no types
    """Counts failures by name and address (django-axes), and in addition by name alone, by address alone and by known browser."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Number of failures that count against this attempt; waits at a crowded address."""
        name, limit = get_client_username(request, credentials), int(get_failure_limit(request, credentials))
        person = person_named(name)
        if (own_browser := _browser_key(request, person)) and not limits.spent(own_browser, limit):
            return 0
        own = int(super().get_failures(request, credentials))
        if own >= limit:
            return own
        known = person is not None and browsers.came_from(person, caller(request))
        recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        if not known and _sum(recent.filter(username=name)) >= settings.LOCK_NAME_FAILURES:
            return limit
        crowded = not known and _sum(recent.filter(ip_address=place_tried(request) or None)) >= settings.LOCK_ADDRESS_FAILURES
        return own if not crowded or _waited(request) else limit

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        """Count the failure, also for the browser."""
        if request is not None and (own_browser := _browser_key(request, person_named(get_client_username(request, credentials)))):
            limits.counted(own_browser, seconds=QUARTER)
        super().user_login_failed(sender, credentials, request, **kwargs)


def _browser_key(request: HttpRequest, person: User | None) -> str:
    found = "" if person is None else browsers.known(request, person)
    return f"accounts:wrong:{person.pk}:{found}" if person is not None and found else ""


def _waited(request: HttpRequest) -> bool:
    """Wait a moment, once per request; False, and marked on the request, if too many wait already."""
    if getattr(request, WAITED, False):
        return True
    if not TURNS.acquire(blocking=False):
        setattr(request, CROWDED, True)
        return False
    try:
        time.sleep(settings.LOCK_SLOW_SECONDS)
    finally:
        TURNS.release()
    setattr(request, WAITED, True)
    return True


def _sum(attempts: Any) -> int:
    return attempts.aggregate(found=Sum("failures_since_start"))["found"] or 0
