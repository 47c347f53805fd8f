"""Hands on what is bound to a person by name when the person leaves a body.

Desks, drafts and reviews belong to posts and stay with the body. What is bound to one person (an assigned share, a sheet being filled in,
a requested report) is registered here by the apps that own it; what a colleague cannot take over, such as an expert's seat, is reported
to those who reassign it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from greendistrict.accounts.models import User
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class HandedOn:
    """One kind of object bound to people: count those of a person, and transfer them to another; both run in the caller's transaction."""

    key: str
    label: str
    count: Callable[[User], int]
    move: Callable[[User, User], int]


_kinds: Registry[HandedOn] = Registry(
    "what goes to who goes on", entry="what stands under a person's own name, and how it goes to who goes on when the person leaves"
)


def register(kind: HandedOn) -> None:
    """Register a kind of object to hand on; called at start-up."""
    _kinds.register(kind.key, kind)


def held_by(person: User) -> list[str]:
    """What would be handed on, in words: kind and number."""
    return [f"{kind.label}{number}项" for kind in _kinds if (number := kind.count(person))]


def hand_on(person: User, to: User) -> list[str]:
    """Transfer everything to ``to``; returns what was transferred, in words."""
    return [f"{kind.label}{number}项" for kind in _kinds if (number := kind.move(person, to))]
