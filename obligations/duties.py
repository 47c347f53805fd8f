"""Obligations as computed data (debtor, creditor, due date, derivation, fulfilling record), and their states."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import TextChoices

from assessments.common.owed_papers import begin_page
from assessments.self_checks.models import SelfCheckState
from assessments.yearly_reports.models import YearlyReportState
from greendistrict.core.days import day_in_words
from greendistrict.core.workdays import term_in_words
from greendistrict.policy.duty_table import DutyKind, is_waivable
from greendistrict.policy.layers import BY_LAW
from greendistrict.policy.parameters import DEFAULT_WORD
from obligations.way import NO_WORDS, Day, How


class ObligationState(TextChoices):
    """State of an obligation on a day; values are used in JSON and URLs, labels on pages."""

    UPCOMING = "upcoming", "未到办理期"
    DUE = "due", "待办"
    OVERDUE = "overdue", "逾期"
    MET = "met", "已完成"
    LATE = "late", "逾期完成"
    WAIVED = "waived", "免报"
    ENDED = "ended", "称号终止时未完成"
    NONE = "none", "无记录"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {
            ObligationState.OVERDUE: "danger",
            ObligationState.MET: "success",
            ObligationState.WAIVED: "line",
            ObligationState.ENDED: "line",
        }.get(self, "")


RECEIVED = frozenset({SelfCheckState.RECEIVED, YearlyReportState.RECEIVED})
RETURNED = frozenset({SelfCheckState.RETURNED, YearlyReportState.RETURNED})


NO_DISTRICT = "不分城区"
ANSWERED = "answered"  # in the query string of a list: obligations of the reader's own bodies
EXACT_KINDS = frozenset({"policy_expiry", "edition_expiry", "terms_end", "disclosure_report"})  # due on a day that no rest day moves
UNMET_STATES = frozenset({ObligationState.UPCOMING, ObligationState.DUE, ObligationState.OVERDUE})


class Actors(NamedTuple):
    """Who acts for the debtor: holders of ``roles`` in ``bodies`` (None: anywhere), and the named ``people``."""

    roles: tuple[str, ...] = ()
    bodies: tuple[int, ...] | None = ()
    people: tuple[int, ...] = ()


class ReaderSide(TextChoices):
    """Sides that may read an obligation besides those who act. Other participants of a district (its bureaus) are ``OTHERS``.

    ``DECIDING`` is nobody's side any more; figures of years that were closed before name it, and must stay readable.
    """

    OWN = "own"
    OTHERS = "others"
    CITY = "city"
    SECRETARIAT = "secretariat"
    PARTNER = "partner"
    DECIDING = "deciding"


PROPOSED = "（期限为拟定）"
NOBODY, EVERYONE = Actors(), frozenset(ReaderSide)


class Obligation(NamedTuple):
    """One thing owed; ``key`` never changes. A tuple for speed: the city's list has one for each duty of every titled district.

    ``kind``: key of its declaration (``duty_table``). A watch is shown and summed up only.
    Who owes and acts: ``organisation`` names the debtor (``debtor_ids``); ``organisation_id`` is the body whose people prepare it in the
    portal, ``actors`` their roles. ``authority_ids``: leading bodies of the district if its side owes it, empty if the city does.
    ``district_id`` is empty for duties of the city that belong to no district.

    State: ``record`` is what was begun for it and ``status`` how far that is; both are empty if nothing was opened. Before ``opens`` it
    cannot be done yet. ``is_recorded`` is False if the portal has no record: due before the first day in use, or a body without users.
    ``ended_on``: the day on which the title ended under which it was owed; what was unmet then is asked of nobody any more.
    ``asked_on``: last day of a repeated request, so that a missed reminder can be sent later.
    Who reads: ``seen_by`` are sides that may read it besides those who act; internal steps of the city are hidden from the district, and
    experts' obligations (shown by number) are for the city and the secretariat.
    Links: with ``is_link_open`` every reader may open its page, otherwise the page is asked. ``followed_at`` is the page for city and
    secretariat if only the debtor may open ``link``.
    """

    key: str
    kind: str
    rule: str
    cite: str
    title: str
    district_id: int | None
    district: str
    organisation_id: int | None
    organisation: str
    to: str
    due: dt.date
    link: str = ""
    met_on: dt.date | None = None
    authority_ids: tuple[int, ...] = ()
    is_default_date: bool = True
    is_demo: bool = False
    waived: bool = False
    debtor_ids: tuple[int, ...] = ()
    carried_by: str = ""
    year: int = 0
    record: int | None = None
    status: str = ""
    opens: dt.date | None = None
    how: How = NO_WORDS
    is_watch: bool = False
    is_recorded: bool = True
    actors: Actors = NOBODY
    seen_by: frozenset[ReaderSide] = EVERYONE
    is_link_open: bool = False
    followed_at: str = ""
    asked_on: dt.date | None = None
    ended_on: dt.date | None = None

    def state(self, today: dt.date) -> ObligationState:
        """State on ``today``; the due day itself is still open."""
        if not self.is_recorded:
            return ObligationState.NONE
        if self.waived:
            return ObligationState.WAIVED
        if self.met_on is not None:
            return ObligationState.MET if self.met_on <= self.due else ObligationState.LATE
        if self.ended_on is not None:
            return ObligationState.ENDED
        if today > self.due:
            return ObligationState.OVERDUE
        return ObligationState.UPCOMING if self.opens is not None and today < self.opens else ObligationState.DUE

    @property
    def due_words(self) -> str:
        """The due day as text; a term that working days decide is marked 暂定 while the holidays of its year are not arranged."""
        return day_in_words(self.due) if self.is_watch or self.kind in EXACT_KINDS else term_in_words(self.due)

    @property
    def due_told(self) -> str:
        """The due day as text, marked where it rests on a setting that the city has not confirmed."""
        return f"{self.due_words}（{self.default_word}）" if self.is_default_date else self.due_words

    @property
    def default_word(self) -> str:
        """默认值 where the due day rests on a setting that the city has not confirmed."""
        return DEFAULT_WORD if self.is_default_date else ""

    @property
    def unconfirmed(self) -> str:
        """Mark behind 逾期 in reminders where the city has not confirmed the rule of the due date."""
        return "（期限待市级确认）" if self.is_default_date else ""

    @property
    def proposed(self) -> str:
        """The same mark in the words of a paper that is handed on."""
        return PROPOSED if self.is_default_date else ""

    @property
    def place(self) -> str:
        """Name of the district in lists."""
        return self.district or NO_DISTRICT

    @property
    def carrier(self) -> str:
        """Who prepares it for the debtor; empty if the debtor does."""
        return self.carried_by if self.carried_by != self.organisation else ""

    @property
    def owner(self) -> str:
        """The district, or the body that owes it independently of a district."""
        return self.district or self.organisation

    @property
    def answering_bodies(self) -> frozenset[int]:
        """Bodies responsible for it: debtor, preparer, and the district's leading bodies."""
        own = () if self.organisation_id is None else (self.organisation_id,)
        return frozenset((*self.debtor_ids, *self.authority_ids, *own))

    @property
    def is_received(self) -> bool:
        """Whether the city has received what was handed in."""
        return self.status in RECEIVED

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done, in time or overdue."""
        return self.is_undone and not self.waived and self.is_recorded

    @property
    def is_undone(self) -> bool:
        """Whether it is neither met nor ended with the title, so that a decision may still waive or move it."""
        return self.met_on is None and self.ended_on is None

    @property
    def was_owed(self) -> bool:
        """Whether the title stood on the due day; what was met all the same counts as owed."""
        return self.ended_on is None or self.ended_on > self.due or self.met_on is not None

    @property
    def decision_words(self) -> str:
        """Label of the link to a decision about it."""
        return "免报或延期" if is_waivable(self.kind) else "延期"

    def is_overdue(self, today: dt.date) -> bool:
        """Whether it is still to be done after its due date."""
        return self.is_open and today > self.due


def of_kind(kind: DutyKind, key: str, title: str, due: dt.date, to: str) -> Obligation:
    """An obligation of a kind towards ``to`` that belongs to no district; the debtor must still be set."""
    return Obligation(f"{kind.key}:{key}", kind.key, kind.rule, kind.cite, title, None, "", None, "", to, due)


# Kinds whose extensions are decided in their matter, so that each day has one decision; statutory terms belong here too.
OWN_TERMS = ("rectification", "correction", "hearing")


def is_decided_elsewhere(key: str) -> bool:
    """Whether extensions of this obligation are decided in its matter instead of here."""
    return key.partition(":")[0] in BY_LAW.union(OWN_TERMS)


class YearlyKey(NamedTuple):
    """Parts of the key of a yearly obligation."""

    kind: str
    district: int
    year: int


def yearly_key(key: str) -> YearlyKey | None:
    """Parts of a key made by ``Yearly.key_of``; None for any other key."""
    kind, _, rest = key.partition(":")
    district, _, year = rest.partition(":")
    return YearlyKey(kind, int(district), int(year)) if district.isdecimal() and year.isdecimal() else None


class Record(NamedTuple):
    """What a district has begun for a yearly duty: key, status, and when it was handed in (None if not)."""

    pk: int
    status: str
    handed_in: dt.datetime | None


class Yearly(NamedTuple):
    """A yearly duty of all districts with a title by the end of the year, met by a record of the kind ``records``.

    ``page`` names the page of such a record, ``listed`` is the list of them. ``by_authorities``: owed by the
    leading bodies, prepared by the applicant's people. ``of_demonstrations``: the kind by whose rule demonstrations owe it instead.
    """

    rule: str
    cite: str
    title: str
    key: str
    records: str
    year: int
    due: dt.date
    page: str
    listed: str
    by_authorities: bool = False
    opens: dt.date | None = None
    how: How = NO_WORDS
    is_default: bool = True
    of_demonstrations: DutyKind | None = None

    def key_of(self, district: int) -> str:
        """Key of the obligation of one district."""
        return f"{self.key}:{district}:{self.year}"

    def begun_at(self, district: int) -> str:
        """Where the record of one district is begun."""
        return begin_page(self.key, district, self.year)


Collector = Callable[[Day, Collection[int] | None], Iterable[Obligation]]
Rows = tuple[str, tuple[Any, ...]]  # a statement with its parameters
Records = Callable[[Collection[int], Collection[int] | None], Mapping[tuple[int, int], Record]]


@dataclass(frozen=True)
class YearlyDuty:
    """A duty that applies to all titled districts.

    ``asked(today)``: reporting years listed that day. ``dues(years)``: due dates (without those before the portal was in use).
    ``records(years, only)``: what was begun, by district and year. ``rows``: all its records as SQL (kind, id, district_id, year, met),
    for the statement that counts them. ``model`` (label) and ``handed_in`` (states) tell how a record stood on a past day.
    """

    kind: DutyKind
    asked: Callable[[dt.date], Collection[int]]
    dues: Callable[[Collection[int]], list[Yearly]]
    records: Records
    rows: Rows
    model: str
    handed_in: Collection[str]
