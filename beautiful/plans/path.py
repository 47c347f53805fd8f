"""Traffic light of a task: value of a quarter compared with a straight line from start to target (pure).

The limit of amber is the setting ``amber_progress`` of the indicator systems, so that both lights mean the same.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from districts.indicator_systems.target_path import AMBER, GREEN, NONE, RED, Light
from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import half_up

LAST_MONTH = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}


@dataclass(frozen=True)
class TaskPath:
    """Start and target value of a task, with their days."""

    starts_on: dt.date
    due_on: dt.date
    start: Decimal
    target: Decimal

    def due_by(self, day: dt.date) -> Fraction:
        """Value of the path on a day; the target from its day on."""
        days = (self.due_on - self.starts_on).days
        gone = min(max((day - self.starts_on).days, 0), days)
        share = Fraction(gone, days) if days else Fraction(1)
        return Fraction(self.start) + (Fraction(self.target) - Fraction(self.start)) * share


def quarter_end(year: int, quarter: int) -> dt.date:
    """Last day of a quarter."""
    return dt.date(year, *LAST_MONTH[quarter])


def light_of(path: TaskPath | None, value: Decimal | None, on: dt.date, amber_from: Fraction) -> Light:
    """Light of a value on a day; none without a quantified target or a value."""
    if path is None:
        return Light(NONE, "没有数量目标，不判灯")
    if value is None:
        return Light(NONE, "未报数值")
    due = path.due_by(on)
    asked = due - Fraction(path.start)
    done = Fraction(value) - Fraction(path.start)
    words = plain(half_up(due))
    if not asked or done / asked >= 1:
        return Light(GREEN, "达到路径" if on < path.due_on else "达到目标", words)
    share = done / asked
    said = f"完成应有进展的{int(share * 100)}%" if share > 0 else "没有进展"
    close = share >= amber_from
    return Light(AMBER if close else RED, f"{'略落后' if close else '落后'}于路径，{said}", words)
