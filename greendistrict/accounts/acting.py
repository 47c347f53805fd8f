"""Who acted, and for whom: outside the steps of machines (``workflow.services``) as in them, both names stand where a page prints the act.

``ActorField`` keeps beside the person the name of whoever the person stood in for, from the moment the person is set: the roles whose
act it is are named with the field, an act that the own posts allow bears one name. During a step the step's own principal counts.
"""

import copy
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.registry import Registry

PRINCIPAL = "principal"
NAMED = "named"
SYSTEM = "系统"
_step: ContextVar[tuple[int, str] | None] = ContextVar("step", default=None)
_roles: Registry[frozenset[str]] = Registry("roles of audited acts")


def both_names(name: str, principal: str) -> str:
    """Name that stands on the record: both where somebody acted for another."""
    return f"{name}（受{principal}委托）" if principal else name


@contextmanager
def stepping(by: User | None, principal: User | None) -> Iterator[None]:
    """While a step is taken: what the person signs in it is signed for the step's principal."""
    token = _step.set((by.pk, principal.name if principal else "") if by else None)
    try:
        yield
    finally:
        _step.reset(token)


def principal_in(by: Any, roles: Collection[str]) -> str:
    """Name of whom the person stands in for when doing what is these roles' to do; empty where the own posts suffice."""
    if not isinstance(by, User):
        return ""
    if (step := _step.get()) is not None and step[0] == by.pk:
        return step[1]
    held = posts_of(by)
    if not held.delegated or any(post.role in roles for post in held.own):
        return ""
    return next((post.user.name for post in held.delegated if post.role in roles), "")


def acts_of(roles: Collection[str], *actions: str) -> None:
    """Say whose acts these audited actions are, so that the record says for whom a deputy did them; filled once at the start."""
    for action in actions:
        _roles.register(action, frozenset(roles))


def principal_of_act(by: Any, action: str, obj: Any) -> str:
    """Name of whom the person stands in for with an audited act: as ``acts_of``, a step or the person's field of the object says."""
    if principal := principal_in(by, _roles.by_key.get(action, ())):
        return principal
    fields = [one for one in obj._meta.concrete_fields if isinstance(one, ActorField)] if isinstance(obj, models.Model) else []
    signed = [one for one in fields if getattr(obj, one.attname) == by.pk and one.is_cached(obj)]
    return next(filter(None, (getattr(obj, f"{one.name}_{PRINCIPAL}") for one in signed)), "")


def columns(row: models.Model, *names: str) -> list[str]:
    """Names of columns to save, with those that stand beside a person."""
    beside = [f"{name}_{PRINCIPAL}" for name in names if isinstance(row._meta.get_field(name), ActorField)]
    return [*names, *beside]


def named(row: Any, name: str, nobody: str = SYSTEM) -> str:
    """Name of the person in an ``ActorField`` as pages print it, with both names where there are two."""
    person = getattr(row, name)
    return both_names(person.name, getattr(row, f"{name}_{PRINCIPAL}")) if person else nobody


class ActorDescriptor(ForwardManyToOneDescriptor):  # type: ignore[type-arg]
    """Setting the person says for whom, too."""

    def __set__(self, instance: Any, value: Any) -> None:
        """Set the person and the principal."""
        super().__set__(instance, value)
        person: Any = self.field
        setattr(instance, f"{person.name}_{PRINCIPAL}", principal_in(value, person.roles))


class ActorField(models.ForeignKey):  # type: ignore[type-arg]
    """The person who did something; ``roles`` are those whose act it is outside the steps of a machine.

    ``<name>_principal`` is the column beside it, ``<name>_named`` what a template prints. Who saves single columns names both
    (``update_fields``), who writes past the model takes ``principal_in``.
    """

    forward_related_accessor_class = ActorDescriptor

    def __init__(self, to: Any, on_delete: Any, *, roles: Collection[str] = (), **kwargs: Any) -> None:
        self.roles = frozenset(roles)
        # Made before the field itself: a model's constructor sets columns in the order in which they were made.
        self.principal = models.CharField("委托人", max_length=60, blank=True, default="", db_default="", editable=False)
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        """As a plain foreign key: migrations know the column beside it as a column of its own."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs

    def contribute_to_class(self, cls: Any, name: str, *args: Any, **kwargs: Any) -> None:
        """Add the column and the printed name, to stored models only: those below an abstract one add their own."""
        super().contribute_to_class(cls, name, *args, **kwargs)
        if not cls._meta.abstract:
            cls.add_to_class(f"{name}_{PRINCIPAL}", copy.deepcopy(self.principal))
        setattr(cls, f"{name}_{NAMED}", property(lambda row: named(row, name, nobody="")))
