"""Obligations as somebody may see them."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from operator import attrgetter

from django.db.models import CharField, Value
from django.urls import reverse

from assessments.selectors.intakes import reports_visible_to
from assessments.selectors.selfchecks import self_checks_visible_to
from assessments.selectors.stages import stages_visible_to
from districts.selectors import own_districts
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.core.memo import held_reads
from greendistrict.obligations.duties import Obligation, collectors
from greendistrict.obligations.models import Exemption

# Who reads every self-check in sight, so that its page need not be asked for.
WORKING = (Role.SECRETARIAT, Role.PREPARER, Role.REVIEWER)


def due(today: dt.date, only: Collection[int] | None = None) -> list[Obligation]:
    """Every obligation of every duty, or those of some districts, waivers and extensions applied, most urgent first."""
    with held_reads():
        found = with_decisions(obligation for collect in collectors().values() for obligation in collect(today, only))
    return sorted(found, key=attrgetter("due", "district", "key"))


def with_decisions(obligations: Iterable[Obligation]) -> list[Obligation]:
    """Obligations with the latest waiver or extension of each applied."""
    return decided(obligations, decisions())


def decided(obligations: Iterable[Obligation], latest: Mapping[str, Exemption]) -> list[Obligation]:
    """The same with these waivers and extensions."""
    return [_apply(obligation, latest[obligation.key]) if obligation.key in latest else obligation for obligation in obligations]


def decisions() -> dict[str, Exemption]:
    """The latest waiver or extension of each obligation that has one, by its key."""
    return {exemption.obligation: exemption for exemption in Exemption.objects.order_by("decided_at", "pk")}


def _apply(obligation: Obligation, exemption: Exemption) -> Obligation:
    if exemption.extended_to is None:
        return obligation._replace(waived=True)
    return obligation._replace(due=exemption.extended_to, is_default_date=False)


def obligations_visible_to(user: User, today: dt.date, only: Collection[int] | None = None) -> list[Obligation]:
    """City, secretariat and partners see all; the others those of districts they have to do with through a post.

    ``only`` narrows it to some districts. ``link`` is empty where the person may not read the page behind it.
    """
    rows = in_sight(user, today, only)
    readable = readable_links(user, {row.link for row in rows})
    return rows if readable is None else [row if row.link in readable else row._replace(link="") for row in rows]


def readable_links(user: User, links: Collection[str]) -> Collection[str] | None:
    """Which addresses that obligations lead to the person may open; None for all of them."""
    held = seats(user)
    if held.is_city or held.has(*WORKING):
        return None
    lists = {"", reverse("assessments:selfcheck_list"), reverse("assessments:intake_list")}
    return None if lists.issuperset(links) else lists | _readable(user)


def _readable(user: User) -> set[str]:
    """Addresses that the person may open among those that obligations lead to; one query."""
    checks, stages, reports = (
        found.order_by().values_list(Value(page, CharField()), "pk")
        for page, found in (
            ("assessments:selfcheck", self_checks_visible_to(user)),
            ("assessments:stage", stages_visible_to(user)),
            ("assessments:intake", reports_visible_to(user)),
        )
    )
    return {reverse(page, args=[pk]) for page, pk in checks.union(stages, reports, all=True)}


def sees_all(user: User) -> bool:
    """Whether the obligations of every district are in this person's sight."""
    held = seats(user)
    return held.is_city or held.has("secretariat", "partner")


def in_sight(user: User, today: dt.date, only: Collection[int] | None = None) -> list[Obligation]:
    """Obligations in this person's sight, links as they are."""
    held = seats(user)
    if held.is_keeper or not held.roles:
        return []
    if sees_all(user):
        return due(today, only)
    own = {district.pk for district in own_districts(user)}
    return due(today, own if only is None else own.intersection(only))
