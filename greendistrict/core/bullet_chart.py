"""Bars within bars as inline SVG, like ``greendistrict.core.charts``: of each row what is done inside what it is a part of.

A narrow dark bar in a wide pale one, so that the two are told apart without colour. It is as wide as a phone and read there as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from greendistrict.core.chart_marks import shape, svg_of, text_mark
from greendistrict.core.charts import whole_ceiling, words

LEFT, WIDE, STEP, BESIDE = 118.0, 186.0, 24.0, 56.0
LONGEST = 9  # characters of a label
FOOT = 20.0  # of an axis below the bars


@dataclass(frozen=True)
class Bullet:
    """A row: ``value`` of ``whole``, or alone if that is None; nothing is known without a value."""

    label: str
    value: int | None
    whole: int | None = None

    @property
    def words(self) -> str:
        """The figures, as printed beside the bar."""
        return f"{self.value} / {self.whole}" if self.whole is not None else str(self.value)


def bullets(rows: Sequence[Bullet], *, title: str, unknown: str, unit: str = "") -> SafeString:
    """Bars of these rows in their order, on one scale, with a ``unit`` on an axis; ``unknown`` stands where there is no figure."""
    numbers = [number for row in rows for number in (row.value, row.whole) if number]
    top = whole_ceiling(numbers) if unit else max(numbers, default=1)
    foot, told = STEP * len(rows), []
    parts = _axis(top, unit, foot) if unit else []
    for index, row in enumerate(rows):
        y = STEP * index
        said = unknown if row.value is None else row.words
        told.append(f"{row.label}{said}")
        name = row.label if len(row.label) <= LONGEST else f"{row.label[: LONGEST - 1]}…"
        parts.append(text_mark(LEFT - 8, y + 16, name, anchor="end"))
        if row.value is None:
            parts.append(text_mark(LEFT, y + 16, unknown))
            continue
        longest = WIDE * max(row.value, row.whole or 0) / top
        if row.whole is not None:
            parts.append(shape("rect", "bar-2", f"{row.label} {said}", x=LEFT, y=y + 4, width=WIDE * row.whole / top, height=16))
        parts.append(shape("rect", "bar", f"{row.label} {said}", x=LEFT, y=y + 8, width=WIDE * row.value / top, height=8))
        parts.append(text_mark(LEFT + longest + 6, y + 16, said, css="strong"))
    parts.append(shape("path", "grid", d=f"M{LEFT:.0f} 0V{foot:.0f}"))
    label, below = f"{title}：{'；'.join(told)}", FOOT if unit else 2
    return svg_of(parts, box=f"0 0 {LEFT + WIDE + BESIDE:.0f} {foot + below:.0f}", title=f"{label}，数据见表", css="gd-bullets")


def _axis(top: float, unit: str, foot: float) -> list[SafeString]:
    """Ticks at nothing, half and all of the scale, each a whole number, and the unit."""
    places = [(LEFT + WIDE * share / 2, words(top * share / 2)) for share in range(3)]
    grid = [shape("path", "grid", d=f"M{x:.0f} 0V{foot:.0f}") for x, _ in places[1:]]
    ticks = [text_mark(x, foot + 15, figure, anchor="middle") for x, figure in places]
    return [*grid, *ticks, text_mark(LEFT + WIDE + 28, foot + 15, unit)]
