"""Reminder ladder (settings ``reminders``) in working days: its rungs, their days, and whom a matter has climbed to. Pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from greendistrict.core.workdays import WorkCalendar


@dataclass(frozen=True)
class Ladder:
    """Reminder steps before, on and after the due day, then escalations at the distance of the last step."""

    before: tuple[int, ...]
    on_day: bool
    after: tuple[int, ...]
    then: tuple[str, ...]

    def rungs(self) -> list[tuple[int, str, str]]:
        """(offset from the due day, key, whom it climbs to) in order of time; an empty third part means those who owe."""
        steps = [(-days, f"before-{days}", "") for days in sorted(self.before, reverse=True)]
        if self.on_day:
            steps.append((0, "on-day", ""))
        steps += [(days, f"after-{days}", "") for days in sorted(self.after)]
        last = max(self.after, default=0)
        steps += [(last * (number + 2), f"escalate-{number + 1}", whom) for number, whom in enumerate(self.then)]
        return steps


@dataclass(frozen=True)
class Rung:
    """The rung that stands on a day."""

    key: str
    day: dt.date
    whom: str


def rung_days(ladder: Ladder, due: dt.date, calendar: WorkCalendar) -> list[Rung]:
    """Every rung with its day, in order of time.

    The reminder of the day itself goes out on the last working day before, where offices rest on it.
    """
    shift = 0 if calendar.is_working(due) else -1
    return [Rung(key, calendar.add(due, offset or shift), whom) for offset, key, whom in ladder.rungs()]


def rung_on(ladder: Ladder, due: dt.date, today: dt.date, calendar: WorkCalendar) -> Rung | None:
    """The latest rung reached by ``today``; earlier ones that a stopped portal missed are not sent after the event."""
    reached = None
    for rung in rung_days(ladder, due, calendar):
        if rung.day > today:
            break
        reached = rung
    return reached


def climbed(ladder: Ladder, key: str) -> Sequence[str]:
    """Whom the matter has climbed to by this rung, in order."""
    names = [whom for _, _, whom in ladder.rungs() if whom]
    if not key.startswith("escalate-"):
        return ()
    return names[: int(key.removeprefix("escalate-"))]
