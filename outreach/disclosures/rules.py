"""Permissions on requests for information, and the days of their reply."""

import datetime as dt

from django.db.models import Model

from approvals.cases.selectors.cases import day_of
from approvals.remedies.rules import RECORDED
from approvals.titles.enums import RemedyKind
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy.statutes import ANSWER_DISCLOSURE, COMPLETE_DISCLOSURE, EXTEND_DISCLOSURE
from outreach.disclosures.enums import GIVING, WITHHOLDING
from outreach.disclosures.models import DisclosureRequest


def may_read_disclosures(user: User) -> bool:
    """The city reads them."""
    return bool(posts_of(user).roles & CITY)


def may_reply_disclosures(user: User) -> bool:
    """The officer replies."""
    return posts_of(user).has(Role.CITY_OFFICER)


def may_extend_disclosures(user: User) -> bool:
    """The head of the office agrees to more time (政府信息公开条例第三十三条)."""
    return posts_of(user).has(Role.CITY_CHECKER)


def confirms_remedy(user: User, _remedy: object) -> bool:
    """The officer records a reconsideration or suit with its steps, the checker confirms its outcome."""
    return posts_of(user).has(Role.CITY_CHECKER)


def may_add_file(user: User, row: Model) -> bool:
    """Registered with the files: the officer hands information over, before the reply and with one that gives it."""
    return isinstance(row, DisclosureRequest) and may_reply_disclosures(user) and row.given_up_at is None and may_hold_files(row)


def may_hold_files(row: DisclosureRequest) -> bool:
    """Whether a file belongs to the request: while nothing was answered, and where the answer gives information."""
    return row.replied_at is None or row.outcome in GIVING


def day_of_receipt(row: DisclosureRequest) -> dt.date:
    """Day from which the term counts: that of the completed request where something lacked (第三十条), else of the request."""
    return day_of(row.completed_at or row.filed_at)


def first_remedies(row: DisclosureRequest) -> tuple[RemedyKind, ...]:
    """What may be filed first against the reply: of what is withheld a reconsideration comes before a suit (行政复议法第二十三条)."""
    return (RemedyKind.REVIEW,) if row.outcome in WITHHOLDING else RECORDED


def ask_until(row: DisclosureRequest, calendar: WorkCalendar) -> dt.date:
    """Last day on which the city may say what a request lacks."""
    return COMPLETE_DISCLOSURE.last_day(day_of(row.filed_at), calendar)


def term_of(row: DisclosureRequest, calendar: WorkCalendar) -> dt.date:
    """Last day of the reply, as extended; of one that a reconsideration or suit asks for anew its own."""
    if row.redo_from is not None:
        return row.redo_by or reply_term(row.redo_from, calendar, extended=False)
    return reply_term(day_of_receipt(row), calendar, extended=row.extended_at is not None)


def reply_term(filed: dt.date, calendar: WorkCalendar, *, extended: bool) -> dt.date:
    """Last day of the reply: the receipt that the page shows is the confirmation of both sides (第三十一条), so it counts from that day."""
    first = ANSWER_DISCLOSURE.last_day(filed, calendar)
    return EXTEND_DISCLOSURE.last_day(first, calendar) if extended else first
