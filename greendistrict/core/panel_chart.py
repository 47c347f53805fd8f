"""Small multiples as inline SVG, like ``greendistrict.core.charts``: a small panel for each measure, of the same years.

A panel bears no text: its name, newest figure and years stand beside it on the page and are read at any width; its label tells all figures.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString

from greendistrict.core.chart_marks import sample_of, shape, svg_of
from greendistrict.core.charts import Number

WIDE, HIGH, EDGE = 200.0, 84.0, 8.0
SIZE = 4.0  # of half a mark
MARKS = 4  # full and hollow circle, full and hollow square: told apart without colour


@dataclass(frozen=True)
class PanelPoint:
    """A figure of a year with its words; ``mark`` (0 to 3) is its shape, ``run`` what it may be joined with."""

    year: int
    value: Number
    mark: int
    run: Hashable
    words: str


def panel(points: Sequence[PanelPoint], *, first: int, last: int, full: float, title: str) -> SafeString:
    """Figures from 0 to ``full`` over the years from ``first`` to ``last``.

    Figures of following years are joined if they are of the same run. Raises ``ValueError`` for a year outside, or a scale without height.
    """
    if full <= 0 or any(not first <= point.year <= last for point in points):
        msg = "a panel needs a scale above 0, and figures of its own years"
        raise ValueError(msg)
    step = (WIDE - 2 * EDGE) / max(last - first, 1)

    def at(point: PanelPoint) -> tuple[float, float]:
        share = min(max(float(point.value or 0) / full, 0.0), 1.0)
        return EDGE + (point.year - first) * step, HIGH - EDGE - (HIGH - 2 * EDGE) * share

    parts = [shape("path", "grid", d=f"M0 {EDGE + (HIGH - 2 * EDGE) * part / 2:.1f}H{WIDE:.0f}") for part in range(3)]
    known = sorted((point for point in points if point.value is not None), key=lambda point: point.year)
    runs: dict[Hashable, list[PanelPoint]] = {}
    for point in known:
        runs.setdefault(point.run, []).append(point)
    for run in runs.values():
        near = [(at(one), at(two)) for one, two in pairwise(run) if two.year - one.year == 1]
        if near:
            path = "".join(f"M{one[0]:.1f} {one[1]:.1f}L{two[0]:.1f} {two[1]:.1f}" for one, two in near)
            parts.append(shape("path", "line-0", d=path))
    parts += [_mark(point.mark, *at(point), point.words) for point in known]
    return svg_of(parts, box=f"0 0 {WIDE:.0f} {HIGH:.0f}", title=f"{title}，数据见表", css="gd-panel")


def _mark(mark: int, x: float, y: float, words: str = "") -> SafeString:
    """One of the four marks."""
    css = "spot-hollow" if mark % 2 else "spot-0"
    if mark % MARKS < MARKS // 2:
        return shape("circle", css, words, cx=x, cy=y, r=SIZE)
    return shape("rect", css, words, x=x - SIZE, y=y - SIZE, width=2 * SIZE, height=2 * SIZE)


def marks_told(names: Iterable[str]) -> list[tuple[SafeString, str]]:
    """Sample and name of each mark in use, in their order, for a legend."""
    return [(sample_of(_mark(mark, 6, 6)), name) for mark, name in enumerate(names)]
