"""Protocol of the actor of an audit record, and look-up of the person represented; the accounts app, on a higher layer, registers it."""

from collections.abc import Callable
from typing import Any, Protocol

from greendistrict.core.registry import Registry


class Actor(Protocol):
    """Whoever is recorded as actor: primary key and name."""

    pk: int
    name: str


_principals: Registry[Callable[[Actor, str, Any], str]] = Registry("for whom somebody acted", entry="for whom somebody acted")


def ask_for_principals(of_act: Callable[[Actor, str, Any], str]) -> None:
    """Register ``of_act(by, action, obj)``, which returns the name of the person represented, or an empty text. Called once at start-up."""
    _principals.register("accounts", of_act)


def principal_of(by: Actor, action: str, obj: Any) -> str:
    """Name of the person the actor represented; empty if the actor acted for oneself."""
    return next(filter(None, (of_act(by, action, obj) for of_act in _principals)), "")
