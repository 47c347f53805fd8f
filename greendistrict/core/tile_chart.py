"""Schematic map as inline SVG, like ``greendistrict.core.charts``: one tile per place, without boundaries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from greendistrict.core.chart_marks import shape, svg_of, text_mark


@dataclass(frozen=True)
class MapTile:
    """A place on a schematic map: name, (x, y, width, height), and its figures in words; empty if it has none."""

    name: str
    box: tuple[float, float, float, float]
    words: tuple[str, ...] = ()


def tiles(found: Sequence[MapTile], *, title: str) -> SafeString:
    """Schematic map: one tile per place with its name and its words below (a single one beside it), without boundaries."""
    parts: list[SafeString] = []
    for tile in found:
        x, y, width, height = tile.box
        css, word = ("tile-on", "strong") if tile.words else ("tile", "")
        parts += [shape("rect", css, x=x, y=y, width=width, height=height, rx=6), text_mark(x + 10, y + 22, tile.name, css=word)]
        if len(tile.words) == 1:
            parts.append(text_mark(x + width - 8, y + 22, tile.words[0], anchor="end"))
        else:
            parts += [text_mark(x + 10, y + 22 + 20 * line, words) for line, words in enumerate(tile.words, start=1)]
    width, height = (max(tile.box[at] + tile.box[at + 2] for tile in found) for at in (0, 1))
    return svg_of(parts, box=f"0 0 {width + 1:.0f} {height + 1:.0f}", title=f"{title}，数据见表")
