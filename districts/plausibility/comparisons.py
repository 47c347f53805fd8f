"""Plausibility rules between a figure and an earlier one, whatever they belong to (pure)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from districts.plausibility.figures import Figure, Scale, words
from districts.plausibility.findings import PlausibilityFinding, PlausibilityLimits
from greendistrict.core.number_parsing import plain

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
