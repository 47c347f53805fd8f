"""A life as a line, as inline SVG like ``greendistrict.core.charts``: lanes over the years to today, with periods and events."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from greendistrict.core.chart_marks import shape, svg_of, text_mark
from greendistrict.core.days import day_in_words

LEFT, WIDE, LANE, HEAD = 90.0, 510.0, 36.0, 24.0
BESIDE = 24.0  # what a number beside its mark needs
NEAR = 20.0  # marks closer than this are one mark with their number
MOST_TICKS = 9  # years named at the top
TOLD = 4  # of the happenings of one mark named in its tooltip


@dataclass(frozen=True)
class LifeSpan:
    """A period in a lane, days inclusive; ``end`` is None if it lasts. ``is_strong`` tells the second kind of period from the first.

    ``doubt`` says what is not known of its end: it is drawn as a broken line, with these words.
    """

    lane: str
    name: str
    start: dt.date
    end: dt.date | None = None
    is_strong: bool = False
    doubt: str = ""


@dataclass(frozen=True)
class LifeMark:
    """What happened in a lane on a day."""

    lane: str
    day: dt.date
    words: str


def life(lanes: Sequence[str], spans: Iterable[LifeSpan], marks: Iterable[LifeMark], *, today: dt.date, title: str) -> SafeString:
    """Lanes in this order from the first day to today; what comes later stands at today. Raises ``ValueError`` without anything to draw."""
    periods, happened = list(spans), sorted(marks, key=lambda mark: mark.day)
    days = [*(period.start for period in periods), *(mark.day for mark in happened)]
    if not days:
        msg = "a life needs a day"
        raise ValueError(msg)
    first = min(*days, today).replace(month=1, day=1)
    length = max((today - first).days, 1)
    foot = HEAD + LANE * len(lanes)

    def at(day: dt.date) -> float:
        return LEFT + WIDE * min(max((day - first).days, 0), length) / length

    parts = [*_years(first.year, today.year, at=lambda year: at(dt.date(year, 1, 1)), foot=foot)]
    for index, lane in enumerate(lanes):
        y = HEAD + LANE * index + LANE / 2
        parts += [text_mark(0, y + 4, lane), shape("path", "grid", d=f"M{LEFT:.0f} {y:.1f}H{LEFT + WIDE:.0f}")]
        named: dict[str, float] = {}
        for period in (one for one in periods if one.lane == lane):
            start = at(period.start)
            *drawn, name = _period(period, start, at(period.end or today), y)
            parts += drawn if start - named.get(period.name, -WIDE) < NEAR and not period.doubt else [*drawn, name]
            named[period.name] = start
        parts += _happened([(at(mark.day), mark) for mark in happened if mark.lane == lane], y)
    parts.append(shape("path", "now", f"今天{day_in_words(today)}", d=f"M{LEFT + WIDE:.1f} {HEAD:.1f}V{foot:.1f}"))
    parts.append(text_mark(LEFT + WIDE, foot + 14, "今天", anchor="end"))
    return svg_of(parts, box=f"0 0 {LEFT + WIDE + 8:.0f} {foot + 20:.0f}", title=f"{title}，数据见表", css="gd-mid")


def _years(first: int, last: int, *, at: Callable[[int], float], foot: float) -> Iterable[SafeString]:
    apart = -(-(last - first + 1) // MOST_TICKS)
    for year in range(first, last + 1, apart):
        yield shape("path", "grid", d=f"M{at(year):.1f} {HEAD:.1f}V{foot:.1f}")
        yield text_mark(at(year), 14, str(year))


def _period(period: LifeSpan, start: float, end: float, y: float) -> list[SafeString]:
    until = f"至{day_in_words(period.end)}" if period.end else "起，" + (period.doubt or "至今")
    said = f"{period.name} {day_in_words(period.start)}{until}"
    if period.doubt:
        drawn = shape("path", "goal", said, d=f"M{start:.1f} {y + 10:.1f}H{max(end, start + 2):.1f}")
    else:
        drawn = shape("rect", "bar" if period.is_strong else "bar-2", said, x=start, y=y + 7, width=max(end - start, 2), height=7)
    name = f"{period.name}（{period.doubt}）" if period.doubt else period.name
    return [drawn, text_mark(start, y - 5, name, css="strong")]


def _happened(found: list[tuple[float, LifeMark]], y: float) -> list[SafeString]:
    groups: list[list[tuple[float, LifeMark]]] = []
    for x, mark in found:
        if groups and x - groups[-1][0][0] < NEAR:
            groups[-1].append((x, mark))
        else:
            groups.append([(x, mark)])
    parts = []
    for group in groups:
        x, more = group[0][0], len(group) - TOLD
        told = "；".join(f"{day_in_words(mark.day)} {mark.words}" for _, mark in group[:TOLD])
        parts.append(shape("circle", "spot-0", f"{told}{f'；另有{more}项' if more > 0 else ''}", cx=x, cy=y, r=4))
        if len(group) > 1:
            beside = (x - 7, "end") if x > LEFT + WIDE - BESIDE else (x + 7, "start")
            parts.append(text_mark(beside[0], y + 4, str(len(group)), anchor=beside[1]))
    return parts
