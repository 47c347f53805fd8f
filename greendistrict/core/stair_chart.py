"""Stair chart as inline SVG, like ``greendistrict.core.charts``: bars with meaningful widths, such as a marginal abatement cost curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.safestring import SafeString

from greendistrict.core.chart_marks import shape, svg_of, text_mark
from greendistrict.core.charts import PAGE_WIDE, ceiling, words
from greendistrict.core.rounding import fixed


@dataclass(frozen=True)
class StairStep:
    """A step of a stair chart: label on the bar, description, width and height."""

    mark: str
    label: str
    width: Fraction
    height: Fraction


def stairs(steps: Sequence[StairStep], *, unit: str, width_unit: str, title: str) -> SafeString:
    """Adjacent bars of different widths, above or below zero, each with its label. Raises ``ValueError`` without any width."""
    whole = sum((step.width for step in steps), Fraction(0))
    if whole <= 0:
        msg = "a stair chart needs a step that is wide"
        raise ValueError(msg)
    high, low = (ceiling(float(sign * step.height) for step in steps if step.height * sign > 0) for sign in (1, -1))
    high, low = high * any(step.height > 0 for step in steps), low * any(step.height < 0 for step in steps)
    if not high and not low:
        high = 1.0
    left = max(44.0, 7.0 * max(len(words(value)) for value in (high, -low)) + 10)
    top, room, right = 26.0, 150.0, PAGE_WIDE - 8
    across = right - left

    def at(height: float) -> float:
        return top + room * (high - height) / (high + low)

    parts: list[SafeString] = []
    for value in sorted({high, high / 2, 0.0, -low / 2, -low}):
        parts.append(shape("path", "grid", d=f"M{left:.0f} {at(value):.1f}H{right:.0f}"))
        parts.append(text_mark(left - 6, at(value) + 4, words(value).replace("-", "−"), anchor="end"))
    start = Fraction(0)
    for step in steps:
        x, end = (left + across * float(place / whole) for place in (start, start + step.width))
        y, foot = sorted((at(float(step.height)), at(0)))
        said = f"{step.mark} {step.label} {figure_of(step.height)} {unit}，{figure_of(step.width)} {width_unit}"
        parts.append(shape("rect", "bar", said, x=x, y=y, width=max(end - x - 1, 1), height=max(foot - y, 1)))
        parts.append(text_mark((x + end) / 2, foot + 13 if step.height < 0 else y - 5, step.mark, anchor="middle", css="strong"))
        start += step.width
    foot = at(-low) + 32
    parts += [text_mark(left, foot, "0"), text_mark(right, foot, f"{figure_of(whole)} {width_unit}", anchor="end")]
    return svg_of(parts, box=f"0 0 {PAGE_WIDE:.0f} {foot + 8:.0f}", title=f"{title}（{unit}），数据见表", css="gd-chart-narrow")


def figure_of(value: Fraction) -> str:
    """Exact figure as printed in tables."""
    return fixed(value, grouped=True)
