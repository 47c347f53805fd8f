"""Actor of an audit record as a protocol, and whom an actor stands in for; the accounts app lies above and cannot be imported."""

from collections.abc import Callable
from typing import Any, Protocol

from greendistrict.core.registry import Registry


class Actor(Protocol):
    """Protocol of whoever is recorded as actor: primary key and name."""

    pk: int
    name: str


_principals: Registry[Callable[[Actor, str, Any], str]] = Registry("for whom somebody acted")


def ask_for_principals(of_act: Callable[[Actor, str, Any], str]) -> None:
    """Have ``of_act(by, action, obj)`` say for whom an act was done; empty for oneself. Called once at the start."""
    _principals.register("accounts", of_act)


def principal_of(by: Actor, action: str, obj: Any) -> str:
    """Name of whoever the actor stood in for; empty for oneself."""
    return next(filter(None, (of_act(by, action, obj) for of_act in _principals)), "")
