"""Content of a task on a day: a quarter is read against what was in force on its last day (pure)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from beautiful.plans.path import TaskPath
from greendistrict.core.days import day_in_words
from greendistrict.core.number_parsing import plain

NUMBERS = ("start_value", "target_value")
DAYS = ("starts_on", "due_on")


@dataclass(frozen=True)
class TaskContent:
    """Everything of a planned task that an adjustment can change, except its partners; the owner by name."""

    title: str
    target_text: str
    unit: str
    start_value: Decimal | None
    target_value: Decimal | None
    starts_on: dt.date
    due_on: dt.date
    owner: str

    @property
    def path(self) -> TaskPath | None:
        """Target path of a quantified task; None for other tasks."""
        if self.start_value is None or self.target_value is None:
            return None
        return TaskPath(self.starts_on, self.due_on, self.start_value, self.target_value)

    @property
    def target_in_words(self) -> str:
        """The target with its number, if it has one, and its day."""
        path = self.path
        number = f"的{plain(path.target)} {self.unit}" if path else "完成"
        return f"{self.target_text}（{day_in_words(self.due_on)}{number}）"

    def has_target_of(self, other: "TaskContent") -> bool:
        """Whether both ask for the same: target, unit and path."""
        return (self.target_text, self.unit, self.path) == (other.target_text, other.unit, other.path)


class Adjusted(NamedTuple):
    """Fields changed by a decision of a day, as recorded: ``{field: (before, after)}``."""

    on: dt.date
    changed: Mapping[str, tuple[str, str]]


def content_on(day: dt.date, present: TaskContent, adjusted: Sequence[Adjusted]) -> TaskContent:
    """Content in force on a day; ``adjusted`` in the order of recording.

    A decision counts from its day. Of the decisions up to the day the one recorded last holds, as it does for the present content.
    """
    found: dict[str, str] = {}
    for one in adjusted:
        for name, (before, after) in one.changed.items():
            found.setdefault(name, before)
            if one.on <= day:
                found[name] = after
    return replace(present, **{name: _read(name, text) for name, text in found.items()})


def _read(name: str, text: str) -> Any:
    if name in NUMBERS:
        return Decimal(text) if text else None
    return dt.date.fromisoformat(text) if name in DAYS else text
