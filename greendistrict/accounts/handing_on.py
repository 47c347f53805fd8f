"""What stands under a person's own name and goes to whoever goes on, when the person leaves a body.

Desks, drafts and reviews belong to posts and stay with the body. What is bound to one person (a share assigned by name, a sheet being
typed, a report that is waited for) is registered here by the apps that own it; what cannot be a colleague's, such as an expert's seat,
is told to those who fill it anew.
"""

from collections.abc import Callable
from dataclasses import dataclass

from greendistrict.accounts.models import User
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class HandedOn:
    """One kind of thing: how many stand under a person's name, and how they go to somebody else; both in the caller's transaction."""

    key: str
    label: str
    count: Callable[[User], int]
    move: Callable[[User, User], int]


_kinds: Registry[HandedOn] = Registry("what goes to who goes on")


def register(kind: HandedOn) -> None:
    """Say what else goes over; called once at the start."""
    _kinds.register(kind.key, kind)


def held_by(person: User) -> list[str]:
    """What would go over, in words: kind and number."""
    return [f"{kind.label}{number}项" for kind in _kinds if (number := kind.count(person))]


def hand_on(person: User, to: User) -> list[str]:
    """Give everything over; returns what went, in words."""
    return [f"{kind.label}{number}项" for kind in _kinds if (number := kind.move(person, to))]
