"""Plausibility rules between a figure and an earlier one, whatever they belong to (pure).

Also here: What a plausibility rule finds, and the limits it measures by. A figure as the plausibility rules compare it: number, unit and
scale (pure).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import NamedTuple

from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import half_up
from greendistrict.policy.parameters import DEFAULT_WORD, Parameters, default_mark


@dataclass(frozen=True)
class PlausibilityLimits:
    """Limits from the settings ``plausibility.*``; shares are 0 to 1, ``points`` are percentage points.

    Findings of rules in ``blocking`` block; those in ``explain`` block until they are explained; all others are advisory in a score table
    and asked everywhere else.
    """

    blocking: frozenset[str]
    explain: frozenset[str]
    jump_tolerance: Decimal
    year_points: Decimal
    year_share: Decimal
    amount_times: Decimal
    least_points: Decimal
    peers_least: int
    peer_spread: Decimal
    sum_tolerance: Decimal
    pace_times: Decimal


# Settings in the limit of a finding, by its rule.
IN_LIMIT: Mapping[str, tuple[str, ...]] = {
    "year_outlier": ("plausibility.year_points", "plausibility.year_share", "plausibility.amount_times"),
    "peer_outlier": ("plausibility.peer_spread",),
}


def limit_mark(rule: str, word: str = DEFAULT_WORD) -> str:
    """``word`` in brackets behind the limit of a finding of this rule while the city has not confirmed a setting in it."""
    return next((mark for key in IN_LIMIT.get(rule, ()) if (mark := default_mark(key, word))), "")


@dataclass(frozen=True)
class PlausibilityFinding:
    """A finding of a rule: what was found and the limit. ``part`` names the figure within the row."""

    rule: str
    text: str
    item_id: str = ""
    part: str = ""
    value: str = ""
    limit: str = ""
    source: str = ""


def fresh(
    found: Iterable[PlausibilityFinding], stood: Collection[PlausibilityFinding], retyped: Callable[[str], bool]
) -> list[PlausibilityFinding]:
    """Findings that did not stand before, or whose own figure was typed anew: whoever changes one is not asked about the others again."""
    return [one for one in found if one not in stood or retyped(one.part)]


def limits_of(parameters: Parameters | None = None) -> PlausibilityLimits:
    """Limits from the settings; without ``parameters`` the defaults, without a query."""
    held = parameters or Parameters()
    return PlausibilityLimits(
        blocking=frozenset(held.words("plausibility.blocking")),
        explain=frozenset(held.words("plausibility.explain")),
        jump_tolerance=held.number("plausibility.jump_tolerance"),
        year_points=held.number("plausibility.year_points"),
        year_share=held.number("plausibility.year_share"),
        amount_times=held.number("plausibility.amount_times"),
        least_points=held.number("plausibility.least_points"),
        peers_least=held.integer("plausibility.peers_least"),
        peer_spread=held.number("plausibility.peer_spread"),
        sum_tolerance=held.number("plausibility.sum_tolerance"),
        pace_times=held.number("plausibility.pace_times"),
    )


class Scale(Enum):
    """How two figures of the same part are compared."""

    SHARE = auto()  # per cent: differences in points
    RATE = auto()  # a density or intensity: differences in proportion
    INTERVAL = auto()  # may be negative: differences against the span of the rule
    AMOUNT = auto()  # an area, a length, a head count: may grow fast, units are easily mistaken
    COUNT = auto()  # a few things


class Figure(NamedTuple):
    """One number. ``typed``: entered by a person, not computed; ``span`` is the order of size of the rule's figures."""

    label: str
    unit: str
    number: Decimal
    scale: Scale
    typed: bool = True
    span: Decimal = Decimal(0)
    low: Decimal | None = None
    high: Decimal | None = None


def words(figure: Figure, number: Decimal | None = None) -> str:
    """A figure with its unit, rounded to at most two decimals."""
    shown = figure.number if number is None else number
    return f"{plain(half_up(shown)) if abs(shown) < 10**12 else shown}{figure.unit}"


POWERS = (1, 2, 3, 4)
HALF = Decimal("0.5")
LAST_YEAR = "上年"
SEVERAL = 2


def jump(part: str, figure: Figure, before: Figure, limits: PlausibilityLimits, earlier: str = LAST_YEAR) -> PlausibilityFinding | None:
    """Finding if the figure is 10, 100, 1000 or 10⁴ times the ``earlier`` one or its inverse, within the tolerance."""
    if not figure.typed or figure.number * before.number <= 0 or _small(figure, before, limits):
        return None
    times = figure.number / before.number
    for power in POWERS:
        scale = Decimal(10) ** power
        for factor, times_words in ((scale, f"×{_power(power)}"), (1 / scale, f"÷{_power(power)}")):
            if factor / (1 + limits.jump_tolerance) <= times <= factor * (1 + limits.jump_tolerance):
                unit = f"，请核对单位（{figure.unit}）" if figure.unit else "，请核对单位"
                text = f"{figure.label}{words(figure)}约为{earlier}{words(before)}的{times_words}{unit}"
                return PlausibilityFinding("unit_jump", text, part=part, value=words(figure), limit=f"{earlier}{words(before)}")
    return None


def _power(power: int) -> str:
    return "1万" if power == len(POWERS) else str(10**power)


def _small(figure: Figure, before: Figure, limits: PlausibilityLimits) -> bool:
    """Whether both figures are too small for their ratio to be meaningful."""
    change = abs(figure.number - before.number)
    if figure.scale is Scale.SHARE:
        return change < limits.least_points
    return figure.scale is Scale.INTERVAL and change < figure.span * HALF


def leap(part: str, figure: Figure, before: Figure, limits: PlausibilityLimits, earlier: str = LAST_YEAR) -> PlausibilityFinding | None:
    """Finding if the figure changed more within a year than its scale lets expect, or took another sign."""
    change = abs(figure.number - before.number)
    if figure.scale is Scale.COUNT or not change:
        return None
    if figure.scale in (Scale.SHARE, Scale.INTERVAL):
        most = limits.year_points if figure.scale is Scale.SHARE else max(figure.span * limits.year_share, Decimal(1))
        over, said = change > most, f"一年变化不超过{words(figure, most)}"
    else:
        times = 1 + limits.year_share if figure.scale is Scale.RATE else limits.amount_times
        low, high = sorted((figure.number, before.number))
        over, said = low < 0 < high or (low > 0 and high > low * times), f"一年变化不超过{plain(times)}倍"
    if not over:
        return None
    text = f"{figure.label}{words(figure)}与{earlier}{words(before)}相差较大"
    return PlausibilityFinding("year_outlier", text, part=part, value=words(figure), limit=f"{earlier}{words(before)}，{said}")


def against_earlier(
    figures: Mapping[str, Figure], before: Mapping[str, Figure], limits: PlausibilityLimits, earlier: str = LAST_YEAR
) -> Iterator[PlausibilityFinding]:
    """At most one finding per figure that has an earlier one: a change of its unit, or a leap."""
    for part, figure in figures.items():
        held = before.get(part)
        if held is not None and (found := jump(part, figure, held, limits, earlier) or leap(part, figure, held, limits, earlier)):
            yield found


def repeated(figures: Mapping[str, Figure], before: Mapping[str, Figure], earlier: str = LAST_YEAR) -> Iterator[PlausibilityFinding]:
    """Finding if every figure, of at least two, is the earlier one: the paper was copied rather than measured."""
    shared = [part for part in figures if part in before]
    if len(shared) >= SEVERAL and all(figures[part].number == before[part].number for part in shared):
        text = f"{len(shared)}项数值与{earlier}完全相同，请核对是否为本期数据"
        value = "；".join(words(figures[part]) for part in shared)
        yield PlausibilityFinding("repeated", text, value=value, limit=f"{earlier}的数值")
