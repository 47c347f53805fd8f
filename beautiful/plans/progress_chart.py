"""Progress of a task against its path as a line over the quarters to today, and which quarters have no value."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from beautiful.plans.content import LAST_MONTH, quarter_end, quarter_start
from beautiful.plans.models import PlannedTask
from beautiful.plans.questions import Quarter
from beautiful.plans.selectors.plans import QuarterValue
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.charts import Series, line
from greendistrict.core.rounding import half_up

REACHED, PATH = "累计完成值", "路径"


@dataclass(frozen=True)
class ProgressLine:
    """The drawing with its legend; ``missing`` are the quarters of the task that are over and of which no value is known."""

    drawing: ChartDrawing
    missing: list[str]
    legend: tuple[tuple[str, str], ...] = (("line-0", REACHED), ("line-1", PATH))


def progress_line(planned: PlannedTask, values: Sequence[QuarterValue], today: dt.date) -> ProgressLine | None:
    """The line of a quantified task with a value in its present unit, broken where a quarter has none; None of any other.

    Path and values of a quarter are those of the content in force at its end; in another unit than today's they are left out.
    """
    known = {one.quarter: one.value for one in values if one.value is not None and one.content.unit == planned.unit}
    if planned.path is None or not known:
        return None
    begins = max(planned.starts_on, dt.date(planned.plan.first_year, 1, 1))  # quarters before are reported in the plan before
    quarters = _quarters(min(begins, quarter_end(*min(known))), max(today, quarter_start(*max(known))))
    due = [_due(planned, quarter_end(*one)) for one in quarters]
    labels = [f"{year}-{quarter}" for year, quarter in quarters]
    series = [Series(REACHED, [known.get(one) for one in quarters]), Series(PATH, due)]
    drawing = ChartDrawing(line, labels, series, unit=planned.unit, title=f"{planned.title}的进展与路径")
    missing = [one for one in quarters if one not in known and _is_over(planned, one, max(known), today)]
    return ProgressLine(drawing, [f"{year}年第{quarter}季度" for year, quarter in missing])


def _is_over(planned: PlannedTask, quarter: Quarter, newest: Quarter, today: dt.date) -> bool:
    """Whether a quarter of the task has ended; after a roll-over later ones are reported in the next plan."""
    return quarter < newest if planned.outcome else quarter_end(*quarter) < today and quarter_start(*quarter) <= planned.due_on


def _due(planned: PlannedTask, end: dt.date) -> Decimal | None:
    """What the path in force on a day asks by then; None in another unit than today's."""
    content = planned.content_on(end)
    return half_up(content.path.due_by(end)) if content.path and content.unit == planned.unit else None


def _quarters(first: dt.date, last: dt.date) -> list[Quarter]:
    """Quarters from that of the first to that of the last day."""
    found = ((year, quarter) for year in range(first.year, last.year + 1) for quarter in LAST_MONTH)
    return [one for one in found if quarter_end(*one) >= first and quarter_start(*one) <= last]
