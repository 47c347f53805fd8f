"""Charts as inline SVG for pages and PDFs: same mark-up, colours by class (portal.css) with presentation attributes as default.

Every function returns safe mark-up of one ``<svg class="gd-chart" role="img">`` with the figures as tooltips. A chart never stands alone:
the page shows the same figures in a table. Figures may be ``Decimal``, ``float``, ``int`` or ``None`` (unknown).
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.safestring import SafeString

from greendistrict.core.chart_marks import legend_marks, shape, svg_of, text_mark
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import fixed

Number = Decimal | float | int | None
FULL_SCORE = 100
LOW_SCORE = 60
UNIT_LONG = 5  # characters of a unit that has no room beside the axis
PAPER_WIDE, PAGE_WIDE = 520.0, 360.0  # of a drawing; on a page as wide as a phone, so that its labels are read there as they are
EDGE = 26.0  # right of the last point of a line, for half of its label


@dataclass(frozen=True)
class Series:
    """A named series of figures."""

    name: str
    values: Sequence[Number]


@dataclass(frozen=True)
class Bar:
    """One bar and the figure it is compared with."""

    label: str
    value: Number
    other: Number = None


@dataclass(frozen=True)
class Box:
    """Spread of one group: minimum, quartiles, median, maximum; all None without figures, minimum and maximum where they are not told."""

    label: str
    least: Number
    lower: Number
    median: Number
    upper: Number
    most: Number


@dataclass(frozen=True)
class ScheduleBar:
    """One row with planned and actual period, days inclusive; ``actual`` is None before the start.

    ``lasts``: what is said instead of the last actual day where that is only the day up to which the bar is drawn.
    """

    label: str
    planned: tuple[dt.date, dt.date]
    actual: tuple[dt.date, dt.date] | None = None
    late: bool = False
    lasts: str = ""


@dataclass(frozen=True)
class Span:
    """One row of a schedule, days inclusive."""

    label: str
    start: dt.date
    end: dt.date
    late: bool = False


def words(value: Number, decimals: int = 2) -> str:
    """Figure for a chart: at most two decimals without trailing zeros; 未填 for None."""
    if value is None:
        return "未填"
    text = f"{float(value):,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def figure(value: Number, places: int = 2) -> str:
    """Score or area for a chart, with the decimals used in tables; 未填 for None."""
    return "未填" if value is None else fixed(Decimal(str(value)), places, grouped=True)


def _points(corners: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _corner(index: int, count: int, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * index / count - math.pi / 2
    return 160 + radius * math.cos(angle), 124 + radius * math.sin(angle)


def radar(axes: Sequence[str], actual: Series, *, goal: Series | None = None, title: str, full: float = FULL_SCORE) -> SafeString:
    """Radar chart of scores from 0 to ``full``; scores below 60 % get an amber dot. Raises ``ValueError`` for fewer than three axes."""
    count, reach = len(axes), 88.0
    if count < 3 or any(len(series.values) != count for series in (actual, goal) if series):  # noqa: PLR2004 -- a polygon
        msg = "a radar needs three axes or more, and one figure for each"
        raise ValueError(msg)

    def ring(values: Sequence[Number]) -> str:
        return _points(_corner(index, count, reach * _share(value, full)) for index, value in enumerate(values))

    parts = [shape("polygon", "grid", points=ring([full * step / 5] * count)) for step in range(1, 6)]
    parts += [shape("polygon", "grid", points=_points([(160, 124), _corner(index, count, reach)])) for index in range(count)]
    if goal:
        parts.append(shape("polygon", "goal", f"{goal.name}：{_listed(axes, goal.values)}", points=ring(goal.values)))
    parts.append(shape("polygon", "area", f"{actual.name}：{_listed(axes, actual.values)}", points=ring(actual.values)))
    for index, axis in enumerate(axes):
        parts += _radar_axis(index, axis, actual, full=full, reach=reach)
    parts += [text_mark(164, 124 - reach * step / 5 + 4, words(full * step / 5)) for step in (1, 3, 5)]
    if goal:
        parts += legend_marks([("area", actual.name), ("goal", goal.name)], x=100, y=262)
    return svg_of(parts, box=f"0 0 320 {270 if goal else 250}", title=f"{title}，数据见表", css="gd-radar")


def _radar_axis(index: int, axis: str, actual: Series, *, full: float, reach: float) -> list[SafeString]:
    count, value = len(actual.values), actual.values[index]
    x, y = _corner(index, count, reach + 12)
    anchor = "middle" if abs(x - 160) < 1 else "start" if x > 160 else "end"  # noqa: PLR2004 -- the centre
    shift = -12 if y < 124 else 10  # noqa: PLR2004 -- the centre
    cx, cy = _corner(index, count, reach * _share(value, full))
    low = value is not None and float(value) < full * LOW_SCORE / FULL_SCORE
    return [
        shape("circle", "dot-low" if low else "dot", f"{axis} {figure(value)}", cx=cx, cy=cy, r=3.5),
        text_mark(x, y + shift, axis, anchor=anchor),
        text_mark(x, y + shift + 14, figure(value), anchor=anchor, css="strong"),
    ]


def _share(value: Number, full: float) -> float:
    return 0.0 if value is None else min(max(float(value) / full, 0.0), 1.0)


def _listed(axes: Sequence[str], values: Sequence[Number]) -> str:
    return "，".join(f"{axis} {figure(value)}" for axis, value in zip(axes, values, strict=True))


def ceiling(values: Iterable[Number]) -> float:
    """Smallest of 1, 2, 2.5, 5 × 10ⁿ not below any figure; 1 without figures."""
    highest = max((float(value) for value in values if value is not None), default=0.0)
    if highest <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(highest))
    return next(float(step * power) for step in (1, 2, 2.5, 5, 10) if step * power >= highest)


def whole_ceiling(values: Iterable[Number]) -> float:
    """Smallest of 4, 8, 12, 20, 40 × 10ⁿ not below any count, so that all four ticks are integers; 4 without counts."""
    highest = max((float(value) for value in values if value is not None), default=0.0)
    power: float = 1.0
    while True:
        for step in (4, 8, 12, 20, 40):
            if step * power >= highest:
                return step * power
        power *= 10


def bars(rows: Sequence[Bar], *, unit: str, title: str, name: str = "", other: str = "", places: int = 2) -> SafeString:
    """Horizontal bars over an axis from 0, one per row, with their figures; ``other`` names the paler comparison bars, ``name`` these."""
    left, width, step = 120.0, 330.0, 34.0
    top = ceiling(figure for row in rows for figure in (row.value, row.other))
    foot = 10 + len(rows) * step
    parts = _foot_axis(top, unit, left=left, width=width, foot=foot)
    for index, row in enumerate(rows):
        y = 6 + index * step
        parts.append(text_mark(left - 8, y + 16, _cut(row.label, 9), anchor="end"))
        said = f"{row.label} {figure(row.value, places)} {unit}"
        if row.other is not None:
            beside = f"{row.label} {other} {figure(row.other, places)} {unit}"
            parts.append(shape("rect", "bar-2", beside, x=left, y=y + 18, width=width * _share(row.other, top), height=5))
        parts.append(shape("rect", "bar", said, x=left, y=y + 4, width=width * _share(row.value, top), height=13, rx=1))
        parts.append(text_mark(left + width * _share(row.value, top) + 6, y + 15, figure(row.value, places), css="strong"))
    if other:
        parts += legend_marks([("bar", name), ("bar-2", other)], x=left, y=foot + 40)
    return svg_of(parts, box=f"0 0 520 {foot + (46 if other else 24):.0f}", title=f"{title}（{unit}），数据见表")


def _foot_axis(top: float, unit: str, *, left: float, width: float, foot: float) -> list[SafeString]:
    """Axis below horizontal bars: five ticks with their grid lines, and the unit at its end."""
    parts = []
    for tick in range(5):
        x = left + width * tick / 4
        parts += [shape("path", "grid", d=f"M{x:.1f} 4V{foot:.1f}"), text_mark(x, foot + 16, words(top * tick / 4), anchor="middle")]
    return [*parts, text_mark(left + width + 24, foot + 16, unit)]


def boxes(rows: Sequence[Box], *, unit: str, title: str, full: float = FULL_SCORE, places: int = 2, paper: bool = False) -> SafeString:
    """Horizontal box plot from 0 to ``full`` (or the largest figure): range, quartiles, and the median with its figure."""
    left, wide, step = 120.0, PAPER_WIDE if paper else PAGE_WIDE, 30.0
    full = max(full, *(float(row.most or row.upper or 0) for row in rows), 0)
    width = wide - left - 70
    foot = 10 + len(rows) * step
    parts = _foot_axis(full, unit, left=left, width=width, foot=foot)
    for index, row in enumerate(rows):
        y = 6 + index * step
        parts.append(text_mark(left - 8, y + 16, _cut(row.label, 9), anchor="end"))
        least, lower, median, upper, most = (
            left + width * _share(value, full) for value in (row.least, row.lower, row.median, row.upper, row.most)
        )
        is_whole = row.least is not None and row.most is not None
        least, most = (least, most) if is_whole else (lower, upper)
        if row.median is None:
            parts.append(text_mark(left, y + 16, "无记录"))
            continue
        first, last = (("最低", row.least), ("最高", row.most)) if is_whole else (("下四分位", row.lower), ("上四分位", row.upper))
        told = (first, ("中位数", row.median), last)
        said = f"{row.label} {'、'.join(f'{name}{figure(value, places)}' for name, value in told)}{unit}"
        parts += [
            shape("path", "line-1", d=f"M{least:.1f} {y + 12:.1f}H{most:.1f}"),
            shape("rect", "bar-2", said, x=lower, y=y + 4, width=max(upper - lower, 1), height=16),
            shape("rect", "bar", x=median - 1, y=y + 4, width=2, height=16),
            text_mark(most + 8, y + 16, figure(row.median, places), css="strong"),
        ]
    ends = [("line-1", "最低至最高")] if any(row.least is not None for row in rows) else []
    parts += legend_marks([*ends, ("bar-2", "上下四分位之间"), ("bar", "中位数")], x=left if paper else 8, y=foot + 40)
    css = "" if paper else "gd-chart-narrow"
    return svg_of(parts, box=f"0 0 {wide:.0f} {foot + 46:.0f}", title=f"{title}（{unit}），数据见表", css=css)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


@dataclass(frozen=True)
class _Field:
    """Plot area of a line chart: sizes, the figure at its top, and the distance between points."""

    top: float
    step: float
    left: float
    right: float
    base: float = 190.0
    height: float = 160.0

    def spot(self, index: int, value: Number) -> tuple[float, float] | None:
        """Coordinates of a figure; None if it is unknown."""
        return None if value is None else (self.left + index * self.step, self.base - self.height * _share(value, self.top))


def line(points: Sequence[str], series: Sequence[Series], *, unit: str, title: str, legend: bool = False) -> SafeString:
    """Lines over named points; an unknown figure interrupts its line. At most three series. Raises ``ValueError`` otherwise.

    Of names that have no room beside each other, every second, third … is printed, the last always. ``legend``: unit at the axis, names of
    the series and figures at their points, for papers, which are wider; pages have their own.
    """
    if len(series) > 3 or any(len(row.values) != len(points) for row in series):  # noqa: PLR2004 -- three dash patterns
        msg = "a line chart takes up to three series of one figure for each point"
        raise ValueError(msg)
    values = [value for row in series for value in row.values if value is not None]
    top = whole_ceiling(values) if all(float(value).is_integer() for value in values) else ceiling(values)
    left = max(44.0, 7.0 * max(len(words(top * tick / 4)) for tick in range(5)) + 10)  # space for the longest axis label
    wide = PAPER_WIDE if legend else PAGE_WIDE
    field = _Field(top, (wide - EDGE - left) / max(len(points) - 1, 1), left, wide - EDGE)
    parts = [*_line_grid(field), *_point_names(field, points)]
    for index, row in enumerate(series):
        parts += _one_line(field, index, row, points=points, unit=unit)
    if legend:
        parts += [text_mark(field.left - 6, 16, unit, anchor="end" if len(unit) < UNIT_LONG else "start")]
        parts += legend_marks([(f"line-{index}", row.name) for index, row in enumerate(series)], x=field.left, y=field.base + 42)
        parts += [
            text_mark(spot[0], spot[1] - 8, words(value), anchor="middle", css="strong")
            for row in series[:1]
            for at, value in enumerate(row.values)
            if (spot := field.spot(at, value))
        ]
    css = "" if legend else "gd-chart-narrow"
    return svg_of(parts, box=f"0 0 {wide:.0f} {240 if legend else 216}", title=f"{title}（{unit}），数据见表", css=css)


def _point_names(field: _Field, points: Sequence[str]) -> list[SafeString]:
    """Names below the axis, as many as have room, counted from the last."""
    apart = math.ceil(max(map(_wide, points), default=0) / field.step)
    return [
        text_mark(field.left + index * field.step, field.base + 18, point, anchor="middle")
        for index, point in enumerate(points)
        if (len(points) - 1 - index) % max(apart, 1) == 0
    ]


def _wide(text: str) -> float:
    """Room of a label with the distance to the next."""
    return sum(7.0 if sign.isascii() else 12.0 for sign in text) + 4


def _line_grid(field: _Field) -> list[SafeString]:
    parts = []
    for tick in range(5):
        y = field.base - field.height * tick / 4
        parts += [
            shape("path", "grid", d=f"M{field.left:.0f} {y:.1f}h{field.right - field.left:.0f}"),
            text_mark(field.left - 6, y + 4, words(field.top * tick / 4), anchor="end"),
        ]
    return parts


def _one_line(field: _Field, index: int, row: Series, *, points: Sequence[str], unit: str) -> list[SafeString]:
    spots = [field.spot(at, value) for at, value in enumerate(row.values)]
    runs = (f"M{one[0]:.1f} {one[1]:.1f}L{two[0]:.1f} {two[1]:.1f}" for one, two in pairwise(spots) if one and two)
    dots = [
        shape("circle", f"spot-{index}", f"{row.name} {points[at]} {words(row.values[at])} {unit}", cx=spot[0], cy=spot[1], r=3)
        for at, spot in enumerate(spots)
        if spot
    ]
    return [shape("path", f"line-{index}", row.name, d="".join(runs)), *dots]


def drawn_days(rows: Sequence[Span]) -> tuple[dt.date, dt.date]:
    """First and last day of a schedule of these rows, from the first of a month; today is drawn within them."""
    return min(row.start for row in rows).replace(day=1), max(row.end for row in rows)


def gantt(rows: Sequence[Span], *, today: dt.date, title: str) -> SafeString:
    """Schedule: one bar per row over months, with a dashed line for today. Raises ``ValueError`` without rows."""
    if not rows:
        msg = "a schedule needs a row"
        raise ValueError(msg)
    first, last = drawn_days(rows)
    left, width, step = 130.0, 380.0, 28.0
    days = (last - first).days + 1

    def at(day: dt.date) -> float:
        return left + width * min(max((day - first).days, 0), days) / days

    foot = 26 + len(rows) * step
    parts: list[SafeString] = []
    for month in _months(first, last):
        parts += [shape("path", "grid", d=f"M{at(month):.1f} 20V{foot:.0f}"), text_mark(at(month) + 2, 14, f"{month.month}月")]
    for index, row in enumerate(rows):
        y = 26 + index * step
        said = f"{row.label} {day_in_words(row.start)}至{day_in_words(row.end)}{'，逾期' if row.late else ''}"
        length = at(row.end + dt.timedelta(days=1)) - at(row.start)
        parts += [
            text_mark(left - 8, y + 15, _cut(row.label, 9), anchor="end"),
            shape("rect", "late" if row.late else "bar", said, x=at(row.start), y=y + 4, width=max(length, 2), height=14, rx=2),
        ]
    if first <= today <= last:
        parts.append(shape("path", "now", "今日", d=f"M{at(today):.1f} 18V{foot:.0f}"))
    return svg_of(parts, box=f"0 0 520 {foot + 6:.0f}", title=f"{title}，数据见表", css="gd-mid")


def _months(first: dt.date, last: dt.date) -> list[dt.date]:
    """First days of months, reduced to at most twelve."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    stride = -(-count // 12)
    months = (first.year * 12 + first.month - 1 + index for index in range(0, count, stride))
    return [dt.date(month // 12, month % 12 + 1, 1) for month in months]


def schedule(rows: Sequence[ScheduleBar], *, today: dt.date, title: str) -> SafeString:
    """Planned bars (pale) above actual bars (red if late), with a dashed line for today. Raises ``ValueError`` without rows."""
    if not rows:
        msg = "a schedule needs a row"
        raise ValueError(msg)
    days = [day for row in rows for span in (row.planned, row.actual) if span for day in span]
    first, last = min(days).replace(day=1), max(days)
    left, width, step = 190.0, 700.0, 28.0
    span_days = (last - first).days + 1

    def at(day: dt.date) -> float:
        return left + width * min(max((day - first).days, 0), span_days) / span_days

    foot = 26 + len(rows) * step
    parts: list[SafeString] = []
    for month in _months(first, last):
        label = f"{month.year}" if month.month == 1 else f"{month.month}月"
        parts += [shape("path", "grid", d=f"M{at(month):.1f} 20V{foot:.0f}"), text_mark(at(month) + 2, 14, label)]
    for index, row in enumerate(rows):
        parts += _planned_and_actual(row, 26 + index * step, left, at)
    if first <= today <= last:
        parts.append(shape("path", "now", "今日", d=f"M{at(today):.1f} 18V{foot:.0f}"))
    return svg_of(parts, box=f"0 0 900 {foot + 6:.0f}", title=f"{title}，数据见表", css="gd-chart-fill gd-chart-wide")


ACTUAL = "实际"


def _planned_and_actual(row: ScheduleBar, y: float, left: float, at: Callable[[dt.date], float]) -> list[SafeString]:
    parts = [text_mark(left - 8, y + 15, _cut(row.label, 14), anchor="end")]
    bars = [("bar-2", "计划", row.planned, y + 4), ("late" if row.late else "bar", ACTUAL, row.actual, y + 13)]
    for css, word, span, top in bars:
        if span:
            until = f"起，{row.lasts}" if row.lasts and word == ACTUAL else f"至{day_in_words(span[1])}"
            said = f"{row.label} {word}{day_in_words(span[0])}{until}{'，晚于计划' if css == 'late' else ''}"
            length = at(span[1] + dt.timedelta(days=1)) - at(span[0])
            parts.append(shape("rect", css, said, x=at(span[0]), y=top, width=max(length, 2), height=8, rx=1))
    return parts
