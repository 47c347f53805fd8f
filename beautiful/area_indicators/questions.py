"""What is asked about a figure of the city before it is recorded (pure)."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from districts.plausibility.comparisons import Figure, PlausibilityFinding, PlausibilityLimits, Scale, jump, leap, words

PART = "value"
WHOLE = 100


class RecordedFigure(NamedTuple):
    """A figure of the city in one year."""

    name: str
    unit: str
    year: int
    value: Decimal


def asked_of_figure(
    made: RecordedFigure, before: RecordedFigure | None, limits: PlausibilityLimits, today: dt.date
) -> list[PlausibilityFinding]:
    """Findings about a figure beside the newest one of an earlier year (``before``), and about a year that is not over."""
    figure, asked = _figure(made), []
    if made.year == today.year:
        text = f"{made.year}年尚未结束，请核对是否为全年数"
        asked.append(PlausibilityFinding("unfinished", text, part="year", value=str(made.year), limit=f"{made.year}年12月31日以后"))
    if figure.unit == "%" and abs(figure.number) > WHOLE:
        text = f"{made.name}{words(figure)}超过100%，请核对单位"
        asked.append(PlausibilityFinding("fraction", text, part=PART, value=words(figure), limit="不超过100%"))
    if before is None:
        return asked
    earlier, held = f"{before.year}年", _figure(before)
    one = jump(PART, figure, held, limits, earlier) or leap(PART, figure, held, limits, earlier)
    if one is None and figure.number == held.number:
        text = f"{made.name}{words(figure)}与{earlier}相同，请核对是否为本期数据"
        one = PlausibilityFinding("repeated", text, part=PART, value=words(figure), limit=f"{earlier}{words(held)}")
    return [*asked, one] if one else asked


def _figure(row: RecordedFigure) -> Figure:
    return Figure(row.name, row.unit, row.value, Scale.SHARE if row.unit == "%" else Scale.AMOUNT)
