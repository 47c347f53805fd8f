"""Obligations as somebody may see them."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from districts.selectors import files_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.obligations.duties import Obligation, State, collectors
from greendistrict.obligations.models import Exemption


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
    """City, secretariat and partners see all; the others those of districts they have to do with through a post."""
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
    return sum(row.state(today) is State.OVERDUE for row in obligations_visible_to(user, today))
