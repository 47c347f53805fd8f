"""Elements of SVG charts: each has a class of portal.css, and presentation attributes for places without style sheet (PDF, saved files)."""

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from html import escape
from typing import Any, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Set explicitly, because charts in a PDF have no style sheet and the default font has Japanese glyphs; portal.css overrides it.
FAMILIES = "Noto Sans CJK SC, DejaVu Sans, sans-serif"
SAMPLE_WIDE, SIGN_WIDE = 18, 12  # of a legend: its sample, and a Chinese character of its names
# Attributes for places without style sheet (PDF, saved files); classes of portal.css override them.
PAINT = {
    "grid": 'fill="none" stroke="#dde3ea"',
    "goal": 'fill="none" stroke="#5b6774" stroke-dasharray="4 3"',
    "area": 'fill="#24704f" fill-opacity=".14" stroke="#24704f" stroke-width="2"',
    "dot": 'fill="#24704f"',
    "dot-low": 'fill="#c07a00"',
    "bar": 'fill="#1a5ca6"',
    "bar-2": 'fill="#b9d0e9"',
    "late": 'fill="#b3261e"',
    "line-0": 'fill="none" stroke="#1a5ca6" stroke-width="2"',
    "line-1": 'fill="none" stroke="#5b6774" stroke-width="2" stroke-dasharray="5 3"',
    "line-2": 'fill="none" stroke="#24704f" stroke-width="2" stroke-dasharray="2 3"',
    "spot-0": 'fill="#1a5ca6"',
    "spot-1": 'fill="#5b6774"',
    "spot-2": 'fill="#24704f"',
    "spot-hollow": 'fill="#fff" stroke="#1a5ca6" stroke-width="2"',
    "now": 'fill="none" stroke="#1a5ca6" stroke-dasharray="3 3"',
    "tile": 'fill="#f3f5f8" stroke="#dde3ea"',
    "tile-on": 'fill="#e3efe9" stroke="#24704f"',
}


def shape(name: str, css: str, title: str = "", **attributes: float | str) -> SafeString:
    """An element with its class, its default attributes, and a tooltip."""
    pairs = format_html_join("", ' {}="{}"', ((key.replace("_", "-"), short(value)) for key, value in attributes.items()))
    inner = format_html("<title>{}</title>", title) if title else SafeString("")
    return format_html('<{} class="{}" {}{}>{}</{}>', SafeString(name), css, SafeString(PAINT[css]), pairs, inner, SafeString(name))


def text_mark(x: float, y: float, content: str, *, anchor: str = "start", css: str = "") -> SafeString:
    """Text at a position."""
    said = format_html(' class="{}" font-weight="600"', css) if css else SafeString("")
    place = format_html('x="{}" y="{}" text-anchor="{}"', short(x), short(y), anchor)
    return format_html('<text{} {} font-size="12" fill="#414d5a">{}</text>', said, place, content)


def legend_marks(entries: Iterable[tuple[str, str]], *, x: float, y: float) -> list[SafeString]:
    """A line of samples with their names: (class, name); classes of lines are drawn as lines, others as small boxes."""
    parts = []
    for css, name in entries:
        if css.startswith("line") or css == "goal":
            parts.append(shape("path", css, d=f"M{x:.1f} {y - 4:.1f}h{SAMPLE_WIDE}"))
        else:
            parts.append(shape("rect", css, x=x, y=y - 9, width=SAMPLE_WIDE, height=10))
        parts.append(text_mark(x + SAMPLE_WIDE + 6, y, name))
        x += SAMPLE_WIDE + 24 + SIGN_WIDE * len(name)
    return parts


def short(value: float | str) -> str:
    """Coordinate with at most one decimal."""
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


class LinkedArea(NamedTuple):
    """An area of a map: address in mark-up, words for those who do not see it, classes, path, and a tooltip."""

    href: str
    words: str
    css: str
    path: str
    title: str


class ChartDrawing:
    """Figures of a chart, drawn once and where a template shows them, by ``draw`` of ``figures`` and ``words``."""

    def __init__(self, draw: Callable[..., SafeString], *figures: Any, **words: Any) -> None:
        self._draw = partial(draw, *figures, **words)

    @cached_property
    def _drawn(self) -> SafeString:
        return self._draw()

    def __str__(self) -> str:
        return self._drawn


def linked_areas(areas: Iterable[LinkedArea]) -> SafeString:
    """Areas as links, beside each other."""
    links = [
        f'<a href="{href}" aria-label="{escape(words)}"><path class="{css}" d="{escape(path)}"><title>{escape(title)}</title></path></a>'
        for href, words, css, path, title in areas
    ]
    return SafeString("".join(links))


def sample_of(mark: SafeString) -> SafeString:
    """A mark within 12 × 12 as a sample for a legend beside a chart."""
    return format_html('<svg class="gd-chart d-inline" viewBox="0 0 12 12" aria-hidden="true">{}</svg>', mark)


def svg_of(parts: Iterable[SafeString], *, box: str, title: str, css: str = "") -> SafeString:
    """The whole ``<svg>`` element with its accessible label."""
    body = format_html_join("", "{}", ((part,) for part in parts))
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="{}" viewBox="{}" role="img" aria-label="{}" font-family="{}">{}</svg>',
        f"gd-chart {css}".strip(),
        box,
        title,
        FAMILIES,
        body,
    )
