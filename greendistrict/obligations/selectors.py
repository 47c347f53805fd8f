"""Obligations as somebody may see them."""

import datetime as dt
from collections.abc import Iterable
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


def due(today: dt.date) -> list[Obligation]:
    """Every obligation of every duty, waivers and extensions applied, most urgent first."""
    with held_reads():
        found = with_decisions(obligation for collect in collectors().values() for obligation in collect(today))
    return sorted(found, key=attrgetter("due", "district", "key"))


def with_decisions(obligations: Iterable[Obligation]) -> list[Obligation]:
    """Obligations with the latest waiver or extension of each applied."""
    latest: dict[str, Exemption] = {}
    for exemption in Exemption.objects.order_by("decided_at", "pk"):
        latest[exemption.obligation] = exemption
    return [_apply(obligation, latest[obligation.key]) if obligation.key in latest else obligation for obligation in obligations]


def _apply(obligation: Obligation, exemption: Exemption) -> Obligation:
    if exemption.extended_to is None:
        return obligation._replace(waived=True)
    return obligation._replace(due=exemption.extended_to, is_default_date=False)


def obligations_visible_to(user: User, today: dt.date) -> list[Obligation]:
    """City, secretariat and partners see all; the others those of districts they have to do with through a post.

    ``link`` is empty where the person may not read the page behind it.
    """
    rows = _in_sight(user, today)
    held = seats(user)
    if not rows or held.is_city or held.has(*WORKING):
        return rows
    lists = {"", reverse("assessments:selfcheck_list"), reverse("assessments:intake_list")}
    if all(row.link in lists for row in rows):
        return rows
    readable = lists | _readable(user)
    return [row if row.link in readable else row._replace(link="") for row in rows]


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


def _in_sight(user: User, today: dt.date) -> list[Obligation]:
    held = seats(user)
    if held.is_keeper or not held.roles:
        return []
    rows = due(today)
    if held.is_city or held.has("secretariat", "partner"):
        return rows
    own = {district.pk for district in own_districts(user)}
    return [row for row in rows if row.district_id in own]


def overdue_count(user: User, today: dt.date) -> int:
    """How many visible obligations are overdue."""
    return sum(row.is_overdue(today) for row in _in_sight(user, today))
