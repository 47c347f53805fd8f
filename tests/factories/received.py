"""Received self-checks of the tests, brought there by the people and services of the portal."""

import datetime as dt
from collections.abc import Callable

from assessments.self_checks.models import SelfCheck
from greendistrict.core import clock
from tests.factories.accounts import Cast
from tests.factories.assessments import make_self_check
from tests.factories.titles import title_as_copied
from tests.steps import step


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
    title_as_copied(check.district)
    if change:
        change(check)
    with clock.at(filed or at(check.year + 1, 3, 10)):
        step(check, "hand_up", people.preparer)
        step(check, "sign", people.reviewer)
    check.refresh_from_db()
    return check


def received_self_check(people: Cast, **kw) -> SelfCheck:
    """A self-check that the city received in April of the next year."""
    check = filed_self_check(people, **kw)
    with clock.at(at(check.year + 1, 4, 8)):
        step(check, "receive", people.city_officer)
    check.refresh_from_db()
    return check
