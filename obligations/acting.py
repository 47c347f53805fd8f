"""Who acts: districts in which a person has something to do without being a party, and names of the people who act for a debtor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from assessments.reviews.enums import ON_PANEL
from assessments.reviews.models import PanelMember
from assessments.sharing.models import RowShare, ShareState
from districts.file.rules import answering_bodies
from districts.plots.models import PlotOpinion
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Post, User
from greendistrict.accounts.post_rules import held_on
from greendistrict.accounts.viewer import Viewer
from obligations.duties import Actors, Obligation


def acting_districts(viewer: Viewer) -> set[int]:
    """Districts of review panels, assigned table rows and questions about plots of the viewer or its body; no query for other people."""
    held = viewer.held
    found: list[QuerySet[Any, tuple[int]]] = []
    if held.has(Role.EXPERT):
        seats = PanelMember.objects.filter(expert__user=viewer.person, state__in=ON_PANEL)
        found.append(seats.order_by().values_list("review__table__district_id"))
    if held.has(Role.BUREAU):
        shares = RowShare.objects.filter(Q(organisation__in=held.organisations_as(Role.BUREAU)) | Q(person=viewer.person))
        found.append(shares.exclude(status=ShareState.WITHDRAWN).order_by().values_list("table__district_id"))
    if bodies := answering_bodies(held):
        found.append(PlotOpinion.objects.filter(organisation__in=bodies).order_by().values_list("plot__district_id"))
    if not found:
        return set()
    return {district for (district,) in found[0].union(*found[1:])}


class ActingPerson(NamedTuple):
    """A person acting for a debtor."""

    pk: int
    name: str


def acting(rows: Sequence[Obligation]) -> Mapping[str, Sequence[ActingPerson]]:
    """People acting for the debtor, by obligation key; two queries. Experts are not named here."""
    roles = {role for row in rows for role in row.actors.roles if role != Role.EXPERT}
    by_seat: dict[tuple[str, int], list[ActingPerson]] = defaultdict(list)
    anywhere: dict[str, list[ActingPerson]] = defaultdict(list)
    if roles:
        posts = Post.objects.filter(held_on(), user__is_active=True, role__in=roles).order_by("user__name", "user_id")
        for role, body, pk, name in posts.values_list("role", "organisation_id", "user_id", "user__name"):
            by_seat[role, body].append(ActingPerson(pk, name))
            anywhere[role].append(ActingPerson(pk, name))
    named: dict[int, ActingPerson] = {}
    if wanted := {pk for row in rows for pk in row.actors.people}:
        users = User.objects.filter(pk__in=wanted).exclude(posts__role=Role.EXPERT)
        named = {pk: ActingPerson(pk, name) for pk, name in users.values_list("pk", "name")}
    of = cache(lambda actors: tuple(dict.fromkeys(_people(actors, by_seat, anywhere, named))))
    return {row.key: of(row.actors) for row in rows}


def _people(
    actors: Actors,
    by_seat: Mapping[tuple[str, int], list[ActingPerson]],
    anywhere: Mapping[str, list[ActingPerson]],
    named: Mapping[int, ActingPerson],
) -> Iterable[ActingPerson]:
    for role in actors.roles:
        if actors.bodies is None:
            yield from anywhere.get(role, ())
        else:
            for body in actors.bodies:
                yield from by_seat.get((role, body), ())
    yield from (named[pk] for pk in actors.people if pk in named)
