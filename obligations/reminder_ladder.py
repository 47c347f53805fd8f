"""Reminder ladder (settings ``reminders``): reminder steps (rungs) in working days around the due date, and escalation (pure)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from greendistrict.core.workdays import WorkCalendar


@dataclass(frozen=True)
class Ladder:
    """Offsets of reminders before, on and after the due date, then escalations at the interval of the last step."""

    before: tuple[int, ...]
    on_day: bool
    after: tuple[int, ...]
    then: tuple[str, ...]

    def rungs(self) -> list[tuple[int, str, str]]:
        """(offset from the due date, key, escalation recipient) in time order; empty recipient: the debtor."""
        steps = [(-days, f"before-{days}", "") for days in sorted(self.before, reverse=True)]
        if self.on_day:
            steps.append((0, "on-day", ""))
        steps += [(days, f"after-{days}", "") for days in sorted(self.after)]
        last = max(self.after, default=0)
        steps += [(last * (number + 2), f"escalate-{number + 1}", whom) for number, whom in enumerate(self.then)]
        return steps


@dataclass(frozen=True)
class Rung:
    """The step reached on a day."""

    key: str
    day: dt.date
    whom: str


def rung_days(ladder: Ladder, due: dt.date, calendar: WorkCalendar) -> list[Rung]:
    """Every step with its day, in time order.

    The reminder of the due date is sent on the last working day before it if it is a rest day.
    """
    shift = 0 if calendar.is_working(due) else -1
    return [Rung(key, calendar.add(due, offset or shift), whom) for offset, key, whom in ladder.rungs()]


def rung_on(ladder: Ladder, due: dt.date, today: dt.date, calendar: WorkCalendar) -> Rung | None:
    """Latest step reached by ``today``; earlier ones missed while the portal was down are not sent afterwards."""
    reached = None
    for rung in rung_days(ladder, due, calendar):
        if rung.day > today:
            break
        reached = rung
    return reached


def climbed(ladder: Ladder, key: str) -> Sequence[str]:
    """Recipients of escalation reached by this step, in order."""
    names = [whom for _, _, whom in ladder.rungs() if whom]
    if not key.startswith("escalate-"):
        return ()
    return names[: int(key.removeprefix("escalate-"))]
