"""What is asked about a quarter's running sum before it is kept (pure)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from beautiful.plans.content import LAST_MONTH, TaskContent, TaskPath, quarter_end
from districts.plausibility.comparisons import Figure, PlausibilityFinding, PlausibilityLimits, Scale, words
from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import half_up

Quarter = tuple[int, int]


PART = "value"


QUARTERS_A_YEAR = len(LAST_MONTH)


DECADE = 10


def quarter_words(quarter: Quarter) -> str:
    """A quarter in words."""
    return f"{quarter[0]}年第{quarter[1]}季度"


class Statement(NamedTuple):
    """A quarter's running sum as reported. One that stands still is not asked about where ``problems`` says why."""

    quarter: Quarter
    value: Decimal
    problems: str = ""


def asked_of_quarter(
    content: TaskContent, said: Statement, others: Mapping[Quarter, Decimal], limits: PlausibilityLimits
) -> list[PlausibilityFinding]:
    """Findings about the running sum of a quarter; ``others`` are the values of the task's other quarters in the same unit."""
    quarter, value = said.quarter, said.value
    path = content.path
    if path is None:
        return []
    figure = Figure("累计完成值", f" {content.unit}".rstrip(), value, Scale.AMOUNT)
    if value < 0 <= min(path.start, path.target):
        return [PlausibilityFinding("range", f"累计完成值{words(figure)}不能小于0", part=PART, value=words(figure), limit="不小于0")]
    asked = list(_order(figure, path, quarter, others))
    if not asked:
        asked = list(_pace(figure, path, quarter, others, limits)) or list(_still(figure, path, said, others))
    return asked


def _done(path: TaskPath, value: Decimal) -> Decimal:
    """Distance gone from the start in the direction of the target."""
    return value - path.start if path.target >= path.start else path.start - value


def _before(quarter: Quarter, others: Mapping[Quarter, Decimal]) -> Quarter | None:
    return max((one for one in others if one < quarter), default=None)


def _order(figure: Figure, path: TaskPath, quarter: Quarter, others: Mapping[Quarter, Decimal]) -> Iterator[PlausibilityFinding]:
    """A running sum does not fall: not below the start or the quarter before, not above the quarter after."""
    done, before = _done(path, figure.number), _before(quarter, others)
    after = min((one for one in others if one > quarter), default=None)
    for other, wrong, said in (
        (before, before is not None and done < _done(path, others[before]), "少于"),
        (after, after is not None and done > _done(path, others[after]), "多于"),
    ):
        if other is not None and wrong:
            held = f"{quarter_words(other)}的{words(figure, others[other])}"
            text = f"累计完成值{words(figure)}{_further(path, said)}{held}，累计数不应减少"
            yield PlausibilityFinding("running", text, part=PART, value=words(figure), limit=held)
    if before is None and done < 0:
        text = f"累计完成值{words(figure)}比起点值{words(figure, path.start)}离目标更远"
        yield PlausibilityFinding("running", text, part=PART, value=words(figure), limit=f"起点值{words(figure, path.start)}")


def _further(path: TaskPath, said: str) -> str:
    """Words for a task whose figure shall fall: more of it is less progress."""
    return said if path.target >= path.start else {"少于": "高于", "多于": "低于"}[said]


def _pace(
    figure: Figure, path: TaskPath, quarter: Quarter, others: Mapping[Quarter, Decimal], limits: PlausibilityLimits
) -> Iterator[PlausibilityFinding]:
    """More in the time since the last report than the path lets expect, or a first report far below it."""
    before = _before(quarter, others)
    since = path.starts_on if before is None else max(path.starts_on, quarter_end(*before))
    gone = _done(path, figure.number) - (_done(path, others[before]) if before else Decimal(0))
    usual = abs(Fraction(path.target) - Fraction(path.start)) / _quarters(path.starts_on, path.due_on)
    asked = usual * _quarters(since, quarter_end(*quarter))
    expected = half_up(asked)
    if asked and Fraction(gone) > asked * Fraction(limits.pace_times):
        than = f"比{quarter_words(before)}多完成" if before else "已完成"
        text = f"{than}{words(figure, gone)}，按路径这段时间完成{words(figure, expected)}，请核对数值和单位"
        limit = f"不超过路径的{plain(limits.pace_times)}倍（{words(figure, half_up(asked * Fraction(limits.pace_times)))}）"
        yield PlausibilityFinding("pace", text, part=PART, value=words(figure), limit=limit)
    elif before is None and 0 < Fraction(gone) * DECADE / Fraction(1 + limits.jump_tolerance) < asked:
        text = f"累计完成值{words(figure)}远少于按路径应完成的{words(figure, expected)}，请核对单位（{content_unit(figure)}）"
        yield PlausibilityFinding("unit_jump", text, part=PART, value=words(figure), limit=f"路径应达{words(figure, expected)}")


def content_unit(figure: Figure) -> str:
    """Unit of a figure in brackets of a sentence."""
    return figure.unit.strip() or "无单位"


def _quarters(first: dt.date, last: dt.date) -> int:
    """Quarters from one day to another, one at least."""
    months = (last.year - first.year) * 12 + last.month - first.month + (1 if last.day > first.day else 0)
    return max(1, -(-months * QUARTERS_A_YEAR // 12))


def _still(figure: Figure, path: TaskPath, said: Statement, others: Mapping[Quarter, Decimal]) -> Iterator[PlausibilityFinding]:
    """The value of the quarter before, once more, although the target is not reached and no problem is named."""
    before = _before(said.quarter, others)
    if before is None or others[before] != figure.number or said.problems.strip():
        return
    if _done(path, figure.number) < _done(path, path.target):
        text = f"累计完成值与{quarter_words(before)}相同，没有进展的，在“问题”中写明原因"
        yield PlausibilityFinding("repeated", text, part=PART, value=words(figure), limit=f"{quarter_words(before)}的{words(figure)}")
