"""Justified lines of Chinese text: WeasyPrint stretches blanks alone, of which Chinese has none (docs/adr/0025)."""

import re
from collections.abc import Iterator
from typing import Any

HAN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
MOST = 2 / 5  # of the type size between two characters; a line that lacks more stays ragged


def justify_line(_context: Any, line: Any, extra_width: float) -> None:
    """Share the rest of a line among its characters; a number with its unit or of a matter that holds no Chinese character is not spaced.

    Takes the place of ``weasyprint.layout.inline.justify_line``.
    """
    texts = [box for box in _texts(line) if box.text]
    spread = [box for box in texts if HAN.search(box.text)] or texts
    gaps = sum(len(box.text) for box in spread) - (texts[-1:] == spread[-1:])
    if gaps < 1 or extra_width / gaps > MOST * line.style["font_size"]:
        return
    _share(line, {id(box) for box in spread}, extra_width / gaps, 0)


def _texts(box: Any) -> Iterator[Any]:
    """Boxes with text of a line, in order; none of what floats or is no text."""
    if hasattr(box, "pango_layout"):
        yield box
    for child in getattr(box, "children", ()):
        if child.is_in_normal_flow():
            yield from _texts(child)


def _share(box: Any, spread: set[int], each: float, moved: float) -> float:
    """Move a box and space its characters if they are to be; how far what follows it moves."""
    if hasattr(box, "pango_layout"):
        box.position_x += moved
        if id(box) in spread:
            box.style = box.style.copy()
            spacing = box.style["letter_spacing"]
            box.style["letter_spacing"] = (0 if spacing == "normal" else spacing) + each
            box.width += each * len(box.text)
            moved += each * len(box.text)
        return moved
    if not hasattr(box, "children") or type(box).__name__ not in {"LineBox", "InlineBox"}:
        box.translate(moved, 0)
        return moved
    box.position_x += moved
    begin = moved
    for child in box.children:
        if child.is_in_normal_flow():
            moved = _share(child, spread, each, moved)
    box.width += moved - begin
    return moved
