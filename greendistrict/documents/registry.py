"""Owners of files: an app registers who sees an owner's files and who may add to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from greendistrict.accounts.models import User

VisibleTo = Callable[[User], QuerySet[Model]]
MayAdd = Callable[[User, Model], bool]


@dataclass(frozen=True)
class Owner:
    """A registered model."""

    model: type[Model]
    visible_to: VisibleTo
    may_add: MayAdd


_owners: dict[str, Owner] = {}
_users_of_files: list[Callable[[User], QuerySet[Any]]] = []
_readers: list[Callable[[User, UUID], bool]] = []


def register_owner(model: type[Model], visible_to: VisibleTo, may_add: MayAdd) -> None:
    """Called in ``AppConfig.ready()``. ``visible_to(user)`` returns the owners whose files the user may open."""
    _owners[model._meta.label_lower] = Owner(model, visible_to, may_add)


def owner_of(label: str) -> Owner:
    """Owner by model label. Raises ``KeyError``."""
    return _owners[label]


def owners() -> tuple[Owner, ...]:
    """All registered owners."""
    return tuple(_owners.values())


def register_use(links_visible_to: Callable[[User], QuerySet[Any]]) -> None:
    """Let files be opened where they are used: ``links_visible_to(user)`` returns the visible rows that link a ``document``.

    A file proves a clause of another owner's table, or lies before a panel: who reads those may open it.
    """
    _users_of_files.append(links_visible_to)


def uses() -> tuple[Callable[[User], QuerySet[Any]], ...]:
    """All registered uses."""
    return tuple(_users_of_files)


def register_reader(reads: Callable[[User, UUID], bool]) -> None:
    """Let somebody open a file that was handed to them by key, such as the papers of a review."""
    _readers.append(reads)


def readers() -> tuple[Callable[[User, UUID], bool], ...]:
    """All registered readers."""
    return tuple(_readers)
