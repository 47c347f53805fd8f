"""Records who acted and on whose behalf, so that pages print both names; also for acts that are not steps of a state machine.

``ActorField`` stores, next to the person, the name of the person represented (principal), computed when the person is set: its ``roles``
name whose act it is; if the person's own posts allow the act, no principal is stored. During a step the step's principal is used.
"""

import copy
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.features import RecordedAct, acts

PRINCIPAL = "principal"
NAMED = "named"
SYSTEM = "系统"
_step: ContextVar[tuple[int, str] | None] = ContextVar("step", default=None)


def both_names(name: str, principal: str) -> str:
    """Name for records: both names if somebody acted on behalf of another."""
    return f"{name}（受{principal}委托）" if principal else name


@contextmanager
def stepping(by: User | None, principal: User | None) -> Iterator[None]:
    """Context of a step: every ``ActorField`` set inside stores the step's principal."""
    token = _step.set((by.pk, principal.name if principal else "") if by else None)
    try:
        yield
    finally:
        _step.reset(token)


def principal_in(by: Any, roles: Collection[str]) -> str:
    """Name of the person represented in an act of these roles; empty if the person's own posts suffice."""
    return _principal(by, lambda: roles)


def _principal(by: Any, roles_of: Callable[[], Collection[str]]) -> str:
    """``roles_of`` is called for deputies only: it imports all features."""
    if not isinstance(by, User):
        return ""
    if (step := _step.get()) is not None and step[0] == by.pk:
        return step[1]
    posts = posts_of(by)
    if not posts.delegated:
        return ""
    roles = roles_of()
    if any(post.role in roles for post in posts.own):
        return ""
    return next((post.user.name for post in posts.delegated if post.role in roles), "")


def principal_of_act(by: Any, action: str, obj: Any) -> str:
    """Name of the person represented in an audited act: from its roles, the running step, or the person's field of the object."""
    if principal := _principal(by, lambda: acts().get(action, RecordedAct(action)).roles):
        return principal
    fields = [field for field in obj._meta.concrete_fields if isinstance(field, ActorField)] if isinstance(obj, models.Model) else []
    signed = [field for field in fields if getattr(obj, field.attname) == by.pk and field.is_cached(obj)]
    return next(filter(None, (getattr(obj, f"{one.name}_{PRINCIPAL}") for one in signed)), "")


def columns(row: models.Model, *names: str) -> list[str]:
    """Names of columns to save, including the principal columns of ``ActorField``."""
    beside = [f"{name}_{PRINCIPAL}" for name in names if isinstance(row._meta.get_field(name), ActorField)]
    return [*names, *beside]


def named(row: Any, name: str, nobody: str = SYSTEM) -> str:
    """Name of the person in an ``ActorField`` for pages; both names if the person represented somebody."""
    person = getattr(row, name)
    return both_names(person.name, getattr(row, f"{name}_{PRINCIPAL}")) if person else nobody


class ActorDescriptor(ForwardManyToOneDescriptor):  # type: ignore[type-arg]
    """Descriptor that sets the principal together with the person."""

    def __set__(self, instance: Any, value: Any) -> None:
        """Set the person and compute the principal."""
        super().__set__(instance, value)
        person: Any = self.field
        setattr(instance, f"{person.name}_{PRINCIPAL}", principal_in(value, person.roles))


class ActorField(models.ForeignKey):  # type: ignore[type-arg]
    """Foreign key to the person who did something; ``roles`` are the roles whose act it is outside the steps of a machine.

    Adds the column ``<name>_principal`` and, for templates, ``<name>_named``. Code that saves single columns must list both in
    ``update_fields``; code that bypasses the model uses ``principal_in``.
    """

    forward_related_accessor_class = ActorDescriptor

    def __init__(self, to: Any, on_delete: Any, *, roles: Collection[str] = (), **kwargs: Any) -> None:
        self.roles = frozenset(roles)
        # Created before the field itself, because a model's constructor sets columns in order of creation.
        self.principal = models.CharField("委托人", max_length=60, blank=True, default="", db_default="", editable=False)
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        """Deconstruct as a plain foreign key; for migrations the principal column is a column of its own."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs

    def contribute_to_class(self, cls: Any, name: str, *args: Any, **kwargs: Any) -> None:
        """Add the column and the printed name, on concrete models only; subclasses of an abstract model add their own."""
        super().contribute_to_class(cls, name, *args, **kwargs)
        if not cls._meta.abstract:
            cls.add_to_class(f"{name}_{PRINCIPAL}", copy.deepcopy(self.principal))
        setattr(cls, f"{name}_{NAMED}", property(lambda row: named(row, name, nobody="")))
