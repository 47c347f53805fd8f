"""Traffic light of an indicator: the year's value compared with the path from baseline to targets (pure functions).

The path of a number is linear over the years between baseline and targets; anything else (yes/no, a grade, a range) has the target of the
last target year reached. The limit of amber is a setting, not a rule of the policy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from districts.indicator_systems.targets import RANGE, Measure, meets, show
from greendistrict.core.rounding import half_up
from indicators.scoring.numbers import plain

GREEN, AMBER, RED, NONE = "green", "amber", "red", ""
Point = tuple[int, str]


@dataclass(frozen=True)
class Limits:
    """Limits of amber: ``progress`` is the minimum share of the required progress, ``distance`` the maximum deviation from the path.

    ``distance``, a share of the required value, applies if progress is undefined.
    """

    progress: Fraction = Fraction(1, 2)
    distance: Fraction = Fraction(1, 10)


USUAL = Limits()


@dataclass(frozen=True)
class Light:
    """Colour of the tag and its words; ``due`` is the path's value in that year, empty if nothing is required yet."""

    colour: str
    words: str
    due: str = ""


def due_in(measure: Measure, year: int, points: Sequence[Point]) -> str:
    """Value of the path in a year, in stored form; empty before its first point. ``points`` by year, baseline first."""
    past = [point for point in points if point[0] <= year]
    if not past:
        return ""
    coming = [point for point in points if point[0] > year]
    if not coming or not measure.is_numeric:
        return past[-1][1]
    (start, before), (end, after) = past[-1], coming[0]
    share = Fraction(year - start, end - start)
    value = Fraction(before) + (Fraction(after) - Fraction(before)) * share
    return plain(half_up(value))


def due_of(measure: Measure, year: int, baseline: Point | None, targets: Sequence[Point]) -> str:
    """Value required of an indicator in a year, in stored form; empty before the path begins. ``targets`` are those set, by year.

    The path of a number begins at the baseline if that is before the targets, otherwise at the first target.
    """
    start = start_of(measure, baseline, targets)
    return due_in(measure, year, [*start, *targets])


def start_of(measure: Measure, baseline: Point | None, targets: Sequence[Point]) -> list[Point]:
    """The baseline as the first point of a number's path if it is before the targets; otherwise empty."""
    return [baseline] if measure.is_numeric and baseline and targets and baseline[0] < targets[0][0] else []


def light(measure: Measure, year: int, actual: str, *, baseline: Point | None, targets: Sequence[Point], limits: Limits = USUAL) -> Light:
    """Light of a value reached in a year. ``targets`` are those set, by year; ``baseline`` is used only if it is before them."""
    if not actual:
        return Light(NONE, "无实际值")
    if not targets:
        return Light(NONE, "未设目标")
    due = due_of(measure, year, baseline, targets)
    if not due:
        ahead = meets(measure, actual, targets[0][1])
        return Light(GREEN, f"已提前达到{targets[0][0]}年目标") if ahead else Light(NONE, f"未到目标年{targets[0][0]}年，不作判断")
    if meets(measure, actual, due):
        return Light(GREEN, "达到路径" if year < targets[-1][0] else "达到目标", due)
    first = next((value for _, value in start_of(measure, baseline, targets)), "")
    return _behind(measure, actual, due, first, limits)


def _behind(measure: Measure, actual: str, due: str, first: str, limits: Limits) -> Light:
    if measure.is_numeric and first and Fraction(first) != Fraction(due):
        done = (Fraction(actual) - Fraction(first)) / (Fraction(due) - Fraction(first))
        words = f"完成应有进展的{int(done * 100)}%" if done > 0 else "没有进展"
        close = done >= limits.progress
        return Light(AMBER if close else RED, f"{'略落后' if close else '落后'}于路径，{words}", due)
    if measure.is_numeric or measure.kind == RANGE:
        # close: misses the path, or the nearer end of the range, by no more than the limit
        ends = [Fraction(end) for end in (due.split("~") if measure.kind == RANGE else [due])]
        close = any(abs(Fraction(actual) - end) <= abs(end) * limits.distance for end in ends)
        return Light(AMBER if close else RED, f"{'略落后' if close else '落后'}于路径" if measure.is_numeric else "超出范围", due)
    if measure.options:
        order = [key for key, _ in measure.options]
        one_short = order.index(due) - order.index(actual) == 1
        return Light(AMBER if one_short else RED, f"{'差一档' if one_short else '未达到'}：应为{show(measure, due)}", due)
    return Light(RED, "未做到", due)
