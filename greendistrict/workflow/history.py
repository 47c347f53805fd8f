"""States of many matters over time, read with the matters from their transition records; for terms that run while a state lasts."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, Model, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject

from greendistrict.core import clock
from greendistrict.workflow.models import TransitionRecord


class Passed(NamedTuple):
    """One step of a matter: its action, the states it led from and to, and its day."""

    action: str
    source: str
    target: str
    on: dt.date


class Stay(NamedTuple):
    """Time that a matter spent in a state: the ``number``-th, since a day by a step (``came``), until a day by another (None: not left)."""

    number: int
    since: dt.date
    came: str
    until: dt.date | None = None
    left: str = ""


def steps_column(model: type[Model], outer: str = "pk") -> ArraySubquery:
    """Steps of each object as a column of its query, oldest first; ``passed`` reads it. ``outer`` names the object's key."""
    subject = Concat(Value(f"{model._meta.label_lower}:"), Cast(OuterRef(outer), CharField()))
    steps = TransitionRecord.objects.filter(subject=subject).order_by("at", "pk")
    return ArraySubquery(steps.values_list(JSONObject(action=F("action"), source=F("source"), target=F("target"), at=F("at"))))


def changed_since(model: type[Model], since: dt.datetime, outer: str = "pk") -> QuerySet[TransitionRecord]:
    """Steps that an object took since a moment, for ``Exists``."""
    subject = Concat(Value(f"{model._meta.label_lower}:"), Cast(OuterRef(outer), CharField()))
    return TransitionRecord.objects.filter(subject=subject, at__gte=since)


def day_of_text(moment: str | None) -> dt.date | None:
    """Day in Shanghai of a moment as JSON has it."""
    return dt.datetime.fromisoformat(moment).astimezone(clock.SHANGHAI).date() if moment else None


def passed(column: Iterable[Mapping[str, str]], own_day: Callable[[str, dt.date], dt.date] | None = None) -> list[Passed]:
    """Steps of a column. ``own_day`` gives the day that counts for an action recorded on a day: a paper has its own."""
    found = []
    for step in column:
        on = dt.datetime.fromisoformat(step["at"]).astimezone(clock.SHANGHAI).date()
        found.append(Passed(step["action"], step["source"], step["target"], own_day(step["action"], on) if own_day else on))
    return found


def stays(steps: Sequence[Passed], states: Collection[str], on: dt.date) -> list[Stay]:
    """Times spent in one of ``states``, as they stood at the end of a day; a step from one of them to another does not end a stay."""
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
