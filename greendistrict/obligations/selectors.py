"""Obligations as somebody may see them."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.urls import reverse

from assessments.selectors.selfchecks import self_checks_visible_to
from assessments.selectors.stages import stages_visible_to
from districts.selectors import files_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.obligations.duties import Obligation, State, collectors
from greendistrict.obligations.models import Exemption

# Who reads every self-check in sight, so that its page need not be asked for.
WORKING = (Role.SECRETARIAT, Role.PREPARER, Role.REVIEWER)


def due(today: dt.date) -> list[Obligation]:
    """Every obligation of every duty, waivers and extensions applied, most urgent first."""
    found = with_decisions(obligation for collect in collectors().values() for obligation in collect(today))
    return sorted(found, key=lambda obligation: (obligation.due, obligation.district, obligation.key))


def with_decisions(obligations: Iterable[Obligation]) -> list[Obligation]:
    """Obligations with the latest waiver or extension of each applied."""
    latest: dict[str, Exemption] = {}
    for exemption in Exemption.objects.order_by("decided_at", "pk"):
        latest[exemption.obligation] = exemption
    return [_apply(obligation, latest.get(obligation.key)) for obligation in obligations]


def _apply(obligation: Obligation, exemption: Exemption | None) -> Obligation:
    if exemption is None:
        return obligation
    if exemption.extended_to is None:
        return dataclasses.replace(obligation, waived=True)
    return dataclasses.replace(obligation, due=exemption.extended_to, is_default_date=False)


def obligations_visible_to(user: User, today: dt.date) -> list[Obligation]:
    """City, secretariat and partners see all; the others those of districts they have to do with through a post.

    ``link`` is empty where the person may not read the page behind it.
    """
    rows = _in_sight(user, today)
    held = seats(user)
    if not rows or held.is_city or held.has(*WORKING):
        return rows
    readable = {reverse("assessments:selfcheck", args=[pk]) for pk in self_checks_visible_to(user).order_by().values_list("pk", flat=True)}
    readable.add(reverse("assessments:selfcheck_list"))
    readable |= {reverse("assessments:stage", args=[pk]) for pk in stages_visible_to(user).order_by().values_list("pk", flat=True)}
    return [row if row.link in readable else dataclasses.replace(row, link="") for row in rows]


def _in_sight(user: User, today: dt.date) -> list[Obligation]:
    held = seats(user)
    if held.is_keeper or not held.roles:
        return []
    rows = due(today)
    if held.is_city or held.has("secretariat", "partner"):
        return rows
    own = set(files_visible_to(user).values_list("pk", flat=True))
    return [row for row in rows if row.district_id in own]


def overdue_count(user: User, today: dt.date) -> int:
    """How many visible obligations are overdue."""
    return sum(row.state(today) is State.OVERDUE for row in _in_sight(user, today))
