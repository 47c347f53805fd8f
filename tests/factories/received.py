"""Received self-checks of the tests, brought there by the people and services of the portal."""

import datetime as dt
from collections.abc import Callable

from assessments.models import SelfCheck
from assessments.services import selfchecks
from greendistrict.core import clock
from tests.factories.accounts import Cast
from tests.factories.assessments import make_self_check


def at(year: int, month: int, day: int, hour: int = 10) -> dt.datetime:
    """A moment in Shanghai."""
    return dt.datetime(year, month, day, hour, tzinfo=clock.SHANGHAI)


def filed_self_check(
    people: Cast, *, filed: dt.datetime | None = None, change: Callable[[SelfCheck], None] | None = None, **kw
) -> SelfCheck:
    """A self-check that was signed and waits for the city.

    ``filed`` is in March of the next year unless given; ``change(check)`` may alter rows and report before it is signed.
    """
    check = make_self_check(people, **kw)
    if change:
        change(check)
    with clock.at(filed or at(check.year + 1, 3, 10)):
        selfchecks.hand_up(check=check, by=people.preparer)
        selfchecks.sign_and_submit(check=check, by=people.reviewer)
    check.refresh_from_db()
    return check


def received_self_check(people: Cast, **kw) -> SelfCheck:
    """A self-check that the city received in April of the next year."""
    check = filed_self_check(people, **kw)
    with clock.at(at(check.year + 1, 4, 8)):
        selfchecks.receive(check=check, by=people.city_officer)
    check.refresh_from_db()
    return check
