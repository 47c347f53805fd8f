"""Takes away everything by which a person, or somebody in the person's place, still reaches the portal.

A flag (a disabled account, a term that is over) only hides access: it comes back with the flag. So whatever opens the portal is registered
here by the app that owns it and ended for good: sessions and sign-ins that wait for the second factor, API tokens, calendar feeds,
webhooks, tokens of metering systems, password links, delegations, proposals, uploads and imports in progress. Who is let in again signs in
and asks for tokens anew.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import models, transaction

from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.registry import Registry


class Why(models.TextChoices):
    """Why access ends."""

    DISABLED = "disabled", "账号停用"
    LEFT = "left", "最后一个岗位终止"
    REMOVED = "removed", "移出专家库"
    POST = "post", "岗位终止"  # other posts remain
    RESET = "reset", "密码重新设定"  # through a link, without the old one
    FACTORS = "factors", "双因素重置"
    PASSWORD = "password", "密码修改"  # by its owner, with the old one


RIGHTS_END = frozenset({Why.DISABLED, Why.LEFT, Why.REMOVED})
LOST = frozenset({Why.RESET, Why.FACTORS})  # somebody else may have had the password or the factor


@dataclass(frozen=True)
class Access:
    """One way in: ``end`` ends those of a person, in the caller's transaction, and returns how many there were; ``when`` it does."""

    key: str
    label: str
    when: Collection[Why]
    end: Callable[[User, Why], int]


_ways: Registry[Access] = Registry(
    "ways in that are taken away", entry="by what a person still reaches the portal, and how that is ended for good"
)


def register(way: Access) -> None:
    """Register a way in; called at start-up."""
    _ways.register(way.key, way)


@transaction.atomic
def revoke(person: User, why: Why, *, by: User | None = None) -> dict[str, int]:
    """End every way in that ``why`` closes, at once; returns how many of each kind there were, and records it if there were any.

    Locks the person first, as signing in and making tokens do, so that none is made by a request that is under way.
    """
    locked_person(person)
    found = {way.key: way.end(person, why) for way in _ways if why in way.when}
    ended = {key: number for key, number in found.items() if number}
    if ended:
        audit.record(action="accounts.revoke", by=by, obj=person, data={"why": str(why), "ended": ended})
    return ended


def locked_person(person: User) -> User:
    """The person as stored now, locked until the transaction ends."""
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)
