"""Lockout after wrong passwords.

Three counts over the last 15 minutes, kept in the database by django-axes:

- by name and address: 5 failures lock the name at that address, however the name is spelled;
- by name at all addresses: above ``LOCK_NAME_FAILURES`` it may only sign in from addresses where it signed in within 30 days;
- by address for all names: above ``LOCK_ADDRESS_FAILURES`` only names that signed in there within 30 days may try; above five
  times as many nobody may.

IPv6 callers are counted by their /64 network, within which they choose addresses freely. This stops guessing one name from many places
and many names from one place, and no stranger can lock out a person at the own office.
Setting a new password through a mail link unlocks the name.
"""

import datetime as dt
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_failure_limit
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest

from greendistrict.accounts.names import name_key
from greendistrict.accounts.selectors import person_named
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, limits
from greendistrict.core.proxies import caller

KNOWN_FOR = dt.timedelta(days=30)
CAME_IN = ("accounts.login", "accounts.set_password")
NOBODY_AT = 5


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Account name under which a sign-in attempt is counted, cut to what can be stored; no account has so long a name."""
    given = credentials if credentials is not None else getattr(request, "data", request.POST)
    return name_key(given.get("username"))[: AccessAttempt._meta.get_field("username").max_length]


def place_tried(request: HttpRequest) -> str:
    """Network address under which a sign-in attempt is counted; of IPv6 the first address of the network."""
    return limits.place_of(caller(request)).partition("/")[0]


class Handler(AxesDatabaseHandler):  # type: ignore[misc]  # the library has no types
    """Counts failures by name and address (django-axes), and in addition by name alone and by address alone."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Number of failures that count against this attempt."""
        own = int(super().get_failures(request, credentials))
        limit = int(get_failure_limit(request, credentials))
        return own if own >= limit or not _over(request, get_client_username(request, credentials)) else limit


def _over(request: HttpRequest, name: str) -> bool:
    recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
    of_name = _sum(recent.filter(username=name))
    of_address = _sum(recent.filter(ip_address=place_tried(request) or None))
    if of_address >= settings.LOCK_ADDRESS_FAILURES * NOBODY_AT:
        return True
    crowded = of_name >= settings.LOCK_NAME_FAILURES or of_address >= settings.LOCK_ADDRESS_FAILURES
    return crowded and not _is_known(name, caller(request))


def _sum(attempts: Any) -> int:
    return attempts.aggregate(found=Sum("failures_since_start"))["found"] or 0


def _is_known(name: str, address: str) -> bool:
    """Whether this person signed in from this address recently."""
    person = person_named(name)
    if person is None or not address:
        return False
    came = AuditRecord.objects.filter(actor_id=person.pk, action__in=CAME_IN, at__gte=clock.now() - KNOWN_FOR)
    places = {limits.place_of(one) for one in came.values_list("address", flat=True).distinct()}
    return limits.place_of(address) in places
