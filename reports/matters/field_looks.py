"""How the portal draws a field of a PDF form: its text, border and background, laid out in the size of the field."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.template import Engine

from reports.matters.harmless import number
from reports.matters.shown_pages import Rectangle

PAD, LEADING, USUAL, SMALLEST = 2.0, 1.2, 12.0, 1.0  # points, but the second
WRAPPED = 6.0  # below, a long line is broken
NARROW = 0.56  # width of a letter in parts of its size
FULLEST = 0.9  # of the room that a text takes at its smallest, because lines end before words
ALIGNED = ("left", "center", "right")
FONTS = '"Noto Sans CJK SC", "Subscripts", "DejaVu Sans", sans-serif'
TURNS = {90: (0, 1, -1, 0, 0, 0), 180: (-1, 0, 0, -1, 0, 0), 270: (0, -1, 1, 0, 0, 0)}
EDGES = {"/D": "dashed"}  # any other is drawn solid


@dataclass(frozen=True)
class FieldText:
    """What a field says. ``style`` is its default appearance, ``aligned`` from 0 (left) to 2; ``cells`` are equal ones, 0 without any."""

    text: str
    style: str = ""
    aligned: int = 0
    multiline: bool = False
    cells: int = 0
    is_round: bool = False


@dataclass(frozen=True)
class FieldLook:
    """A field as it is laid out. ``cell`` is the width of its cells, 0 without any; ``is_cut`` if not all of its text has room."""

    text: str
    cell: float
    size: tuple[float, float]  # as the text is read
    css: str
    turn: int
    is_cut: bool

    @property
    def parts(self) -> list[str]:
        """What is laid out one after the other: the signs in their cells, or the text."""
        return list(self.text) if self.cell else [self.text]


def look_of(widget: Any, said: FieldText, place: Rectangle) -> FieldLook:
    """Layout of a field at a place (points)."""
    marks = marks_of(widget)
    turn = int(number(marks.get("/R"))) % 360
    wide, high = place[2] - place[0], place[3] - place[1]
    if turn in {90, 270}:
        wide, high = high, wide
    edge, edged = _edge(widget, marks, is_round=said.is_round)
    room = (max(wide - 2 * edge, 1), max(high - 2 * edge, 1))
    is_parted = not said.multiline and 0 < said.cells <= room[0] and len(said.text) <= said.cells  # a longer text has no cells
    cell = room[0] / said.cells if is_parted else 0
    multiline, text, size, is_cut = _fitted(said, room, cell)
    colour = re.findall(r"((?:[\d.]+\s+){1,4})(?:g|rg|k)\b", said.style)
    css = [f"width:{wide:.2f}pt", f"height:{high:.2f}pt", f"font-size:{size:.2f}pt", f"text-align:{ALIGNED[said.aligned]}"]
    css += [f"line-height:{LEADING if multiline else f'{room[1]:.2f}pt'}", f"color:{_colour(colour[-1].split() if colour else ())}"]
    css += [f"white-space:{'pre-wrap' if multiline else 'pre'}", *edged]
    if has_colour(marks.get("/BG")):
        css.append(f"background:{_colour(marks['/BG'])}")
    return FieldLook(text, cell, (wide, high), ";".join(css), turn, is_cut)


def marks_of(widget: Any) -> Any:
    """Colours, caption and turn of a field; empty without any."""
    import pikepdf  # noqa: PLC0415 -- only who makes a dossier pays for it

    marks = widget.get("/MK")
    return marks if isinstance(marks, pikepdf.Dictionary) else pikepdf.Dictionary()


def has_colour(found: Any) -> bool:
    """Whether this is a list of the numbers of a colour; an empty one is none."""
    import pikepdf  # noqa: PLC0415 -- as above

    return isinstance(found, pikepdf.Array) and len(found) in {1, 3, 4}


def _edge(widget: Any, marks: Any, *, is_round: bool) -> tuple[float, list[str]]:
    """Width of the border in points, and its CSS."""
    import pikepdf  # noqa: PLC0415 -- as above

    if not has_colour(marks.get("/BC")):
        return 0, []
    style, old = widget.get("/BS"), widget.get("/Border")
    style = style if isinstance(style, pikepdf.Dictionary) else pikepdf.Dictionary()
    given = style.get("/W", old[2] if isinstance(old, pikepdf.Array) and len(old) > 2 else 1)  # noqa: PLR2004 -- corners, width
    width, kind = min(max(number(given), 0), 20), str(style.get("/S", ""))
    side = "border-bottom" if kind == "/U" else "border"
    rounded = ["border-radius:50%"] if is_round else []
    return width, [f"{side}:{width:.2f}pt {EDGES.get(kind, 'solid')} {_colour(marks['/BC'])}", *rounded]


def _fitted(said: FieldText, room: tuple[float, float], cell: float) -> tuple[bool, str, float, bool]:
    """Whether in lines, the text, its size in points, and whether it had to be cut."""
    multiline, text = said.multiline, said.text if said.multiline else " ".join(said.text.split("\n"))
    sized = re.findall(r"([\d.]+)\s+Tf", said.style)
    wanted = number(sized[-1]) if sized else 0
    if cell:
        widest = max(map(_width, text), default=1)
        return False, text, max(min(wanted or USUAL, room[1] / LEADING, cell / widest), SMALLEST), False
    size = _fitting(text, room, wanted, multiline=multiline)
    if size < WRAPPED and not multiline:
        multiline, size = True, max(size, _fitting(text, room, wanted, multiline=True))
    if not multiline or _height(text, room, size) <= room[1]:
        return multiline, text, size, False
    most = int(FULLEST * max(room[1] / (size * LEADING), 1) * max(room[0] - 2 * PAD, 1) / size)
    return multiline, " ".join(text.split("\n"))[: max(most, 1)], size, True


def _fitting(text: str, room: tuple[float, float], wanted: float, *, multiline: bool) -> float:
    """Size in points, as wanted (0: any) or so much smaller that the whole text fits."""
    if not multiline:
        across = max(room[0] - 2 * PAD, 1)
        return max(min(wanted or USUAL, room[1] / LEADING, across / max(_width(text), 1)), SMALLEST)
    points = min(wanted or USUAL, max(room[1], SMALLEST))
    while points > SMALLEST and _height(text, room, points) > room[1]:
        points -= 0.5
    return max(points, SMALLEST)


def _height(text: str, room: tuple[float, float], points: float) -> float:
    across = max(room[0] - 2 * PAD, 1)
    return sum(max(math.ceil(_width(line) * points / across), 1) for line in text.split("\n")) * points * LEADING


def _width(line: str) -> float:
    return sum(1 if unicodedata.east_asian_width(sign) in "WF" else NARROW for sign in line)


def _colour(parts: Any) -> str:
    """CSS colour of one (grey), three (red, green, blue) or four (printing inks) numbers from 0 to 1; black for anything else."""
    numbers = [min(max(number(part), 0), 1) for part in parts] if not isinstance(parts, str) else []
    if len(numbers) == 4:  # noqa: PLR2004 -- inks
        *inks, black = numbers
        numbers = [(1 - ink) * (1 - black) for ink in inks]
    numbers = numbers * 3 if len(numbers) == 1 else numbers
    return f"rgb({','.join(str(int(part * 255)) for part in numbers)})" if len(numbers) == 3 else "rgb(0,0,0)"  # noqa: PLR2004


def give_drawings(document: Any, found: Sequence[tuple[Any, FieldLook]]) -> bool:
    """Lay out each text in the size of its field, with embedded fonts, and make it the drawing of the field.

    Returns whether the text of one took more room than was reckoned and is cut.
    """
    import pikepdf  # noqa: PLC0415 -- as above

    with pikepdf.open(BytesIO(_laid_out([look for _, look in found]))) as pictures:
        if len(pictures.pages) > len(found) > 1:
            half = len(found) // 2
            parts = [give_drawings(document, part) for part in (found[:half], found[half:])]
            return any(parts)
        for (widget, look), page in zip(found, pictures.pages, strict=False):
            drawing = document.copy_foreign(pictures.make_indirect(page.as_form_xobject()))
            if matrix := TURNS.get(look.turn):
                drawing.Matrix = pikepdf.Array(matrix)
            widget.AP = pikepdf.Dictionary(N=drawing)
        return len(pictures.pages) > len(found)


class Unready(Exception):  # noqa: N818 -- an outcome
    """Fields cannot be laid out here, whatever they hold: a library, a font or the template is missing or cannot be read."""


def load() -> None:
    """Load what lays out fields, and try it. Raises ``Unready``."""
    try:
        _laid_out([FieldLook("字", 0, (99, 20), "", 0, is_cut=False)])
    except MemoryError:  # taken by the file that has the fields
        raise
    except Exception as error:
        msg = "fields cannot be laid out"
        raise Unready(msg) from error


def _laid_out(looks: list[FieldLook]) -> bytes:
    """PDF with a page for each field."""
    from reports.common.render import from_html  # noqa: PLC0415 -- heavy; few files need it

    css = [f"@page {{margin:0}} body {{margin:0;font-family:{FONTS}}} div {{box-sizing:border-box;padding:0 {PAD}pt;overflow:hidden}}"]
    for place, look in enumerate(looks, start=1):
        wide, high = look.size
        css.append(f"@page d{place} {{size:{wide:.2f}pt {high:.2f}pt}} .d{place} {{page:d{place};{look.css}}}")
        if look.cell:
            css.append(f".d{place} {{padding:0}} .d{place} span {{display:inline-block;text-align:center;width:{look.cell:.3f}pt}}")
    html = Engine(dirs=[str(settings.BASE_DIR / "templates")]).render_to_string("pdf/fields.html", {"fields": looks})
    try:
        return from_html(html, css="\n".join(css))
    except OSError as error:
        msg = "fields cannot be laid out"
        raise Unready(msg) from error
