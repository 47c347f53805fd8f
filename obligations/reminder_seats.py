"""Recipients of reminders, from posts read once and then evaluated per obligation without queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Post, User
from greendistrict.accounts.post_rules import held_on
from obligations.duties import Obligation
from obligations.reminder_settings import AUTHORITY, CHECKER, DIRECTOR, HEAD, OFFICER

CITY_SEATS = {OFFICER: Role.CITY_OFFICER, CHECKER: Role.CITY_CHECKER, DIRECTOR: Role.CITY_DIRECTOR}


@dataclass(frozen=True)
class Seats:
    """Active people by their posts of today."""

    people: dict[int, User] = field(default_factory=dict)
    by_role: dict[str, dict[int, set[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    chiefs: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    bodies: dict[int, str] = field(default_factory=dict)

    def holders(self, roles: Iterable[str], bodies: Collection[int] | None) -> set[int]:
        """Holders of one of the roles, in these bodies or anywhere."""
        holders: set[int] = set()
        for role in roles:
            held = self.by_role.get(role, {})
            for body in held if bodies is None else bodies:
                holders |= held.get(body, set())
        return holders

    def chiefs_of(self, bodies: Iterable[int]) -> set[int]:
        """People responsible for one of the bodies."""
        return set().union(*(self.chiefs.get(body, set()) for body in bodies))

    def acting(self, owed: Obligation) -> set[int]:
        """People acting for the debtor; if another body prepares the obligation, its people and those of the debtor."""
        found = self.holders(owed.actors.roles, owed.actors.bodies) | {pk for pk in owed.actors.people if pk in self.people}
        return found | (self.holders((Role.AUTHORITY,), owed.debtor_ids) if owed.carried_by else set())

    def above(self, owed: Obligation, whom: Iterable[str]) -> set[int]:
        """People reached by escalation."""
        found: set[int] = set()
        for one in whom:
            if one == HEAD:
                found |= self.chiefs_of({*owed.debtor_ids, *([owed.organisation_id] if owed.organisation_id else ())})
            elif one == AUTHORITY:
                found |= self.holders((Role.AUTHORITY,), owed.authority_ids)
            elif one in CITY_SEATS:
                found |= self.holders((CITY_SEATS[one],), None)
        return found

    def overseers(self) -> set[int]:
        """Everybody with a weekly summary."""
        return self.chiefs_of(self.chiefs) | self.holders((Role.CITY_CHECKER, Role.CITY_DIRECTOR), None)

    def overseeing(self, owed: Obligation) -> set[int]:
        """Recipients of the weekly summary: chiefs of debtor and leading bodies, the city's checkers and directors."""
        return self.chiefs_of(owed.answering_bodies) | self.holders((Role.CITY_CHECKER, Role.CITY_DIRECTOR), None)


def seats_today() -> Seats:
    """Posts of today of active people; one query."""
    found = Seats()
    for post in Post.objects.filter(held_on(), user__is_active=True).select_related("user", "organisation").order_by("user_id", "pk"):
        found.people[post.user_id] = post.user
        found.by_role[post.role][post.organisation_id].add(post.user_id)
        found.bodies.setdefault(post.user_id, post.organisation.name)
        if post.is_admin:
            found.chiefs[post.organisation_id].add(post.user_id)
    return found


def receivers(seats: Seats, owed: Obligation, whom: Iterable[str]) -> Iterator[tuple[int, bool]]:
    """Each recipient of a step once, with whether they act: first those who act, then those reached by escalation."""
    acting = seats.acting(owed)
    yield from ((pk, True) for pk in sorted(acting))
    yield from ((pk, False) for pk in sorted(seats.above(owed, whom) - acting))
