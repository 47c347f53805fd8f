"""Permissions on requests for information, and the terms of their replies."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Model

from approvals.cases.selectors.cases import day_of
from approvals.remedies.rules import RECORDED
from approvals.titles.enums import RemedyKind
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy.dates import TermSettings
from greendistrict.policy.statutes import ANSWER_DISCLOSURE, COMPLETE_DISCLOSURE, EXTEND_DISCLOSURE, THIRD_PARTY
from outreach.disclosures.models import GIVING, WITHHOLDING, DisclosureRequest

SERVING = "disclosure_serve_days"


class ThirdPartyDays(NamedTuple):
    """Days of the opinion of a third party: when it was asked, when its letter was received and when it came; None while unknown."""

    asked: dt.date | None = None
    received: dt.date | None = None
    answered: dt.date | None = None

    def known_on(self, day: dt.date) -> "ThirdPartyDays":
        """What of it had happened by a day."""
        return ThirdPartyDays(*(one if one and one <= day else None for one in self))

    def last_day(self, calendar: WorkCalendar) -> dt.date | None:
        """Last day for the opinion; from the day of asking until the receipt is on record."""
        begun = self.received or self.asked
        return begun and THIRD_PARTY.last_day(begun, calendar)

    def counted_out(self, begun: dt.date, due: dt.date, calendar: WorkCalendar) -> int:
        """Working days needed for the opinion within a term from ``begun`` to ``due``: they are not counted in it (第三十三条)."""
        last = self.last_day(calendar)
        if self.asked is None or last is None or self.asked >= due:
            return 0
        return max(0, calendar.between(max(self.asked, begun), min(self.answered or last, last)))


NOT_ASKED = ThirdPartyDays()


def third_party_days(row: DisclosureRequest) -> ThirdPartyDays:
    """Days of the opinion of a third party about a request."""
    return ThirdPartyDays(row.opinion_asked_on, row.opinion_received_on, row.opinion_on)


def may_read_disclosures(held: HeldPosts) -> bool:
    """Only the city."""
    return bool(held.roles & CITY)


def may_reply_disclosures(held: HeldPosts) -> bool:
    """The city's officer."""
    return held.has(Role.CITY_OFFICER)


def may_extend_disclosures(held: HeldPosts) -> bool:
    """The head of the office approves an extension (政府信息公开条例第三十三条)."""
    return held.has(Role.CITY_CHECKER)


def confirms_remedy(held: HeldPosts, _remedy: object) -> bool:
    """The city's checker, who confirms the outcome that the officer recorded."""
    return held.has(Role.CITY_CHECKER)


def may_add_file(held: HeldPosts, row: Model) -> bool:
    """Upload rule of the file registry: the officer, before the reply and with a reply that gives information."""
    return isinstance(row, DisclosureRequest) and may_reply_disclosures(held) and row.given_up_at is None and may_hold_files(row)


def may_hold_files(row: DisclosureRequest) -> bool:
    """Whether files may be attached: before the reply, and with a reply that gives information."""
    return row.replied_at is None or row.outcome in GIVING


def day_of_receipt(row: DisclosureRequest) -> dt.date:
    """Day from which the term counts: completion of the request if something was missing (第三十条), else its filing."""
    return day_of(row.completed_at or row.filed_at)


def first_remedies(row: DisclosureRequest) -> tuple[RemedyKind, ...]:
    """Kinds of remedies that may come first: against withholding, reconsideration precedes a suit (行政复议法第二十三条)."""
    return (RemedyKind.REVIEW,) if row.outcome in WITHHOLDING else RECORDED


def ask_until(row: DisclosureRequest, calendar: WorkCalendar) -> dt.date:
    """Last day on which the city may ask for completion."""
    return COMPLETE_DISCLOSURE.last_day(day_of(row.filed_at), calendar)


def term_of(row: DisclosureRequest, calendar: WorkCalendar) -> dt.date:
    """Last day for the reply including an extension; for a new reply ordered by a remedy, the day of that order."""
    if row.redo_from is not None:
        return row.redo_by or reply_term(row.redo_from, calendar, extended=False, opinion=third_party_days(row))
    return reply_term(day_of_receipt(row), calendar, extended=row.extended_at is not None, opinion=third_party_days(row))


def reply_term(filed: dt.date, calendar: WorkCalendar, *, extended: bool, opinion: ThirdPartyDays = NOT_ASKED) -> dt.date:
    """Last day for the reply, without the time for the ``opinion`` of a third party.

    The receipt shown on filing counts as confirmation by both sides (第三十一条): the term runs from then.
    """
    due = plain_term(filed, calendar, extended=extended)
    return calendar.add(due, opinion.counted_out(filed, due, calendar))


def plain_term(filed: dt.date, calendar: WorkCalendar, *, extended: bool) -> dt.date:
    """Last day for the reply if nobody else is asked."""
    first = ANSWER_DISCLOSURE.last_day(filed, calendar)
    return EXTEND_DISCLOSURE.last_day(first, calendar) if extended else first


def days_counted_out(row: DisclosureRequest, calendar: WorkCalendar) -> int:
    """Working days that the term of the reply does not count because a third party was asked; none where its last day was ordered."""
    if row.redo_by is not None:
        return 0
    begun = row.redo_from or day_of_receipt(row)
    due = plain_term(begun, calendar, extended=row.extended_at is not None and row.redo_from is None)
    return third_party_days(row).counted_out(begun, due, calendar)


def serve_term(replied: dt.date, terms: TermSettings) -> dt.date:
    """Last day on which the service of a reply is registered; the regulation names no day."""
    return terms.last_day(replied, SERVING)
