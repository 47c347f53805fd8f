"""Reminder settings: ladders by kind of duty, quiet hours, day of the weekly summary."""

import datetime as dt
from dataclasses import dataclass

from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy import parameters
from greendistrict.policy.duty_table import AS_GENERAL, CLIMBING, OF_CITY, OF_KIND, WEEKDAYS, DutyKind, parse
from greendistrict.policy.parameters import Parameters, is_known
from obligations.reminder_ladder import Ladder

HEAD, AUTHORITY = "本单位负责人", "实施主体"
OFFICER, CHECKER, DIRECTOR = "市级经办", "市级审核", "市级审定"


def ladder_of(kind: DutyKind, found: Parameters | None = None) -> Ladder | None:
    """Ladder of a kind of duty; None without individual reminders."""
    if not kind.is_urged:
        return None
    found = found or parameters.load()
    own = found.text(f"{OF_KIND}{kind.key}") if is_known(f"{OF_KIND}{kind.key}") else AS_GENERAL
    if own != AS_GENERAL:
        rungs = parse(own)
        return Ladder(rungs.before, rungs.on_day, rungs.after, rungs.then)
    then = {CLIMBING: "reminders.then", OF_CITY: "reminders.then_city"}.get(kind.rungs)
    return Ladder(
        before=found.integers("reminders.before"),
        on_day=found.flag("reminders.on_day"),
        after=found.integers("reminders.after"),
        then=found.words(then) if then else (),
    )


@dataclass(frozen=True)
class Hours:
    """Sending hours: from ``opens`` to ``closes`` o'clock; on rest days only if the setting says so."""

    opens: dt.time
    closes: dt.time
    on_rest_days: bool

    def permits(self, moment: dt.datetime, calendar: WorkCalendar) -> bool:
        """Whether reminders may be sent at this moment (business time)."""
        if not self.on_rest_days and not calendar.is_working(moment.date()):
            return False
        at = moment.time().replace(tzinfo=None)
        inside = self.opens <= at < self.closes
        return inside if self.opens <= self.closes else at >= self.opens or at < self.closes


def hours(found: Parameters | None = None) -> Hours:
    """Sending hours from the quiet hours of the settings."""
    found = found or parameters.load()
    return Hours(
        opens=dt.time.fromisoformat(found.text("reminders.quiet_until")),
        closes=dt.time.fromisoformat(found.text("reminders.quiet_from")),
        on_rest_days=found.flag("reminders.on_rest_days"),
    )


def week_of(today: dt.date, found: Parameters | None = None) -> str | None:
    """Week whose summary is due on this day; None before the set weekday, or if summaries are off."""
    found = found or parameters.load()
    first = WEEKDAYS.index(found.text("weekly_summary.weekday"))
    if not found.flag("weekly_summary.on") or today.weekday() < first:
        return None
    year, week, _ = today.isocalendar()
    return f"{year}-W{week:02}"
