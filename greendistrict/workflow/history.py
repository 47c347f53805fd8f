"""States of many objects over time, read together with the objects from their transition records; for terms that run during a state."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject

from greendistrict.core import clock
from greendistrict.workflow.models import TransitionRecord

M = TypeVar("M", bound=Model)


class Passed(NamedTuple):
    """One step of an object: action, source and target state, day."""

    action: str
    source: str
    target: str
    on: dt.date


class Stay(NamedTuple):
    """Time that an object spent in a state: its ``number``-th stay, entered on the day ``came``, left on a day (None: still in it)."""

    number: int
    since: dt.date
    came: str
    until: dt.date | None = None
    left: str = ""


def steps_column(model: type[Model], outer: str = "pk") -> ArraySubquery:
    """Steps of each object as a column of its query, oldest first, to be read by ``passed``. ``outer``: field of the object's key."""
    subject = Concat(Value(f"{model._meta.label_lower}:"), Cast(OuterRef(outer), CharField()))
    steps = TransitionRecord.objects.filter(subject=subject).order_by("at", "pk")
    return ArraySubquery(steps.values_list(JSONObject(action=F("action"), source=F("source"), target=F("target"), at=F("at"))))


def changed_since(model: type[Model], since: dt.datetime, outer: str = "pk") -> QuerySet[TransitionRecord]:
    """Steps of an object since a moment, for use in ``Exists``."""
    subject = Concat(Value(f"{model._meta.label_lower}:"), Cast(OuterRef(outer), CharField()))
    return TransitionRecord.objects.filter(subject=subject, at__gte=since)


def status_on(model: type[Model], day: dt.date) -> Coalesce:
    """State of each object at the end of a day as a column of its query: what its first later step left, else its state now.

    Objects that did not exist on the day are left out by their own day.
    """
    later = changed_since(model, clock.end_of(day)).order_by("at", "pk")
    return Coalesce(Subquery(later.values("source")[:1]), F("status"))


def as_it_was(row: M, **values: Any) -> M:
    """A copy of an object that is only read, with the values that it had on an earlier day."""
    then = copy(row)
    vars(then).update(values)
    return then


def day_of_text(moment: str | None) -> dt.date | None:
    """Day in Shanghai of a date-time in JSON."""
    return dt.datetime.fromisoformat(moment).astimezone(clock.SHANGHAI).date() if moment else None


def passed(column: Iterable[Mapping[str, str]], own_day: Callable[[str, dt.date], dt.date] | None = None) -> list[Passed]:
    """Steps of a column. ``own_day`` returns the day that counts for an action recorded on a day, such as the date of its paper."""
    found = []
    for step in column:
        on = dt.datetime.fromisoformat(step["at"]).astimezone(clock.SHANGHAI).date()
        found.append(Passed(step["action"], step["source"], step["target"], own_day(step["action"], on) if own_day else on))
    return found


def stays(steps: Sequence[Passed], states: Collection[str], on: dt.date) -> list[Stay]:
    """Stays in any of ``states``, as known at the end of a day; a step between two of them does not end a stay."""
    found: list[Stay] = []
    inside = False
    for step in steps:
        if step.on > on:
            continue
        if step.target in states and not inside:
            found.append(Stay(len(found) + 1, step.on, step.action))
        elif inside and step.target not in states:
            found[-1] = found[-1]._replace(until=step.on, left=step.action)
        inside = step.target in states
    return found


def state_on(steps: Iterable[Passed], on: dt.date, initial: str = "") -> str:
    """State at the end of a day; ``initial`` before the first step."""
    targets = [step.target for step in steps if step.on <= on]
    return targets[-1] if targets else initial
