"""Obligations of matters: shared properties of one matter, who acts, and how each due date was derived."""

import datetime as dt
from typing import NamedTuple

from greendistrict.accounts.enums import Role
from greendistrict.core import clock
from greendistrict.policy.duty_table import CITY, told_kind
from obligations.duties import EVERYONE, NOBODY, Actors, Obligation, ReaderSide
from obligations.way import Day, How

INSIDE = frozenset({ReaderSide.CITY, ReaderSide.SECRETARIAT})
BY_CITY = frozenset({ReaderSide.CITY})


def done_by(day: dt.date, moment: dt.datetime | None) -> dt.date | None:
    """Day of a step if it was taken by the end of a day, else None."""
    done = moment.astimezone(clock.SHANGHAI).date() if moment else None
    return done if done and done <= day else None


class Debtor(NamedTuple):
    """Debtor: label, bodies that owe, roles and people who act."""

    words: str
    actors: Actors = NOBODY
    bodies: tuple[int, ...] = ()
    carries: int | None = None
    leading: tuple[int, ...] = ()

    @property
    def has_seats(self) -> bool:
        """Whether anybody in the portal can act; else the obligation reads 无记录."""
        who = self.actors
        return bool(who.people) or bool(who.roles and who.bodies != ())


OFFICER = Debtor(CITY, Actors((Role.CITY_OFFICER,), None))
CHECKER = Debtor(f"{CITY}（审核）", Actors((Role.CITY_CHECKER,), None))
LEGAL = Debtor(f"{CITY}（法制审核）", Actors((Role.CITY_LEGAL,), None))
DIRECTOR = Debtor(f"{CITY}（审定）", Actors((Role.CITY_DIRECTOR,), None))
SECRETARY = Debtor("评审秘书", Actors((Role.SECRETARIAT,), None))


class Matter(NamedTuple):
    """Properties shared by all obligations of one matter; ``of`` is the kind of matter in their keys."""

    of: str
    pk: int
    district_id: int | None
    district: str
    is_demo: bool
    applicant_id: int | None
    applicant: str
    leading: tuple[int, ...]
    name: str
    link: str
    status: str = ""
    year: int = 0

    @property
    def own_side(self) -> Debtor:
        """The applicant (preparers and reviewers act); its leading bodies are told when it is late."""
        if self.applicant_id is None:
            return Debtor(self.applicant, leading=self.leading)
        seats = Actors((Role.PREPARER, Role.REVIEWER), (self.applicant_id,))
        return Debtor(self.applicant, seats, (self.applicant_id,), self.applicant_id, self.leading)

    def endorser(self, names: str) -> Debtor:
        """The leading bodies, acting through their designated bodies."""
        return Debtor(names, Actors((Role.AUTHORITY,), self.leading), self.leading, None, self.leading)


class OwedTerm(NamedTuple):
    """One term of a matter; ``mark`` distinguishes terms of the same kind and matter, ``rule`` names a variant of the kind."""

    kind: str
    mark: str
    what: str
    due: dt.date
    how: How
    met_on: dt.date | None = None
    opens: dt.date | None = None
    seen_by: frozenset[ReaderSide] = EVERYONE
    to: str = CITY
    is_default: bool = True
    is_link_open: bool = True
    is_recorded: bool = True
    rule: str = ""


def owed(matter: Matter, debtor: Debtor, term: OwedTerm) -> Obligation:
    """Build the obligation of a term."""
    kind = told_kind(term.kind, term.rule)
    return Obligation(
        key=f"{term.kind}:{matter.of}-{matter.pk}{f':{term.mark}' if term.mark else ''}",
        kind=term.kind,
        rule=kind.rule,
        cite=kind.cite,
        title=f"{matter.name}{term.what}",
        district_id=matter.district_id,
        district=matter.district,
        organisation_id=debtor.carries,
        organisation=debtor.words,
        to=term.to,
        due=term.due,
        link=matter.link,
        met_on=term.met_on,
        authority_ids=debtor.leading,
        is_default_date=term.is_default,
        is_demo=matter.is_demo,
        debtor_ids=debtor.bodies,
        year=matter.year,
        record=matter.pk,
        status=matter.status,
        opens=term.opens,
        how=term.how,
        is_watch=kind.is_watch,
        is_recorded=term.is_recorded and debtor.has_seats,
        actors=debtor.actors,
        seen_by=term.seen_by,
        is_link_open=term.is_link_open,
    )


def is_listed(term: Obligation, day: Day) -> bool:
    """Whether it is listed on a day: due since the portal is in use, and open or met in the year before."""
    return term.due >= day.first and (term.met_on is None or max(term.due, term.met_on) >= day.since)
