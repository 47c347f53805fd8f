"""Permissions on requests for information, and the days of their reply."""

import datetime as dt

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy.statutes import ANSWER_DISCLOSURE, EXTEND_DISCLOSURE


def may_read_disclosures(user: User) -> bool:
    """The city reads them."""
    return bool(posts_of(user).roles & CITY)


def may_reply_disclosures(user: User) -> bool:
    """The officer replies."""
    return posts_of(user).has(Role.CITY_OFFICER)


def may_extend_disclosures(user: User) -> bool:
    """The head of the office agrees to more time (政府信息公开条例第三十三条)."""
    return posts_of(user).has(Role.CITY_CHECKER)


def reply_term(filed: dt.date, calendar: WorkCalendar, *, extended: bool) -> dt.date:
    """Last day of the reply: the receipt that the page shows is the confirmation of both sides (第三十一条), so it counts from that day."""
    first = ANSWER_DISCLOSURE.last_day(filed, calendar)
    return EXTEND_DISCLOSURE.last_day(first, calendar) if extended else first
