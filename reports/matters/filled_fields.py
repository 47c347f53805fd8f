"""Draws the fields of a PDF form into its pages, so that they show what was filled in where the form itself is left out.

Many programs write a value and leave its drawing to the reader; for these the portal draws the value.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.template.loader import render_to_string

from reports.matters.shown_pages import Rectangle

HIDDEN = 0b100010  # flags of a widget that no reader shows on the screen
MULTILINE, PASSWORD, PUSH, COMB = 1 << 12, 1 << 13, 1 << 16, 1 << 24  # flags of a field
DEEPEST = 32
PAD, LEADING, USUAL, SMALLEST = 2.0, 1.2, 12.0, 1.0  # points, but the second
WRAPPED = 6.0  # below, a long line is broken
NARROW = 0.56  # width of a letter in parts of its size
TICK = "✓"
ALIGNED = ("left", "center", "right")
FONTS = '"Noto Sans CJK SC", "Subscripts", "DejaVu Sans", sans-serif'
TURNS = {90: (0, 1, -1, 0, 0, 0), 180: (-1, 0, 0, -1, 0, 0), 270: (0, -1, 1, 0, 0, 0)}


@dataclass(frozen=True)
class _Undrawn:
    """A field with a value and without a drawing of it."""

    page: int
    widget: Any
    rectangle: Rectangle
    text: str
    cells: int  # equal ones for the signs of the text; 0 without any
    size: tuple[float, float]  # as the text is read
    look: str  # CSS
    turn: int

    @property
    def parts(self) -> list[str]:
        """What is laid out one after the other: the signs in their cells, or the text."""
        return list(self.text) if self.cells else [self.text]


def draw(document: Any) -> dict[int, list[Rectangle]]:
    """Draw the fields of all pages into them. Returns, by index of the page, the rectangles whose content the portal drew itself."""
    import pikepdf  # noqa: PLC0415 -- only who makes a dossier pays for it

    form = document.Root.get("/AcroForm")
    form = form if isinstance(form, pikepdf.Dictionary) else pikepdf.Dictionary()
    asked = form.get("/NeedAppearances") == True  # noqa: E712 -- not any other object
    fields = [(number, widget) for number, page in enumerate(document.pages) for widget in widgets(page)]
    found = [one for number, widget in fields if (one := _undrawn(number, widget, form, asked=asked)) is not None]
    if found:
        _give_drawings(document, found)
    if "/NeedAppearances" in form:
        del form["/NeedAppearances"]  # with it, the library draws no field
    _flatten(document)
    drawn: dict[int, list[Rectangle]] = {}
    for one in found:
        drawn.setdefault(one.page, []).append(one.rectangle)
    return drawn


def widgets(page: Any) -> list[Any]:
    """Fields on a page."""
    return [note for note in notes(page) if str(note.get("/Subtype", "")) == "/Widget"]


def notes(page: Any) -> list[Any]:
    """Annotations of a page without the odd members that some editors leave (null, numbers)."""
    import pikepdf  # noqa: PLC0415 -- as above

    found = page.obj.get("/Annots")
    return [note for note in found if isinstance(note, pikepdf.Dictionary)] if isinstance(found, pikepdf.Array) else []


def _flatten(document: Any) -> None:
    """Make the drawings of fields part of the pages; other annotations stay what they are."""
    import pikepdf  # noqa: PLC0415 -- as above

    others = {}
    for number, page in enumerate(document.pages):
        fields = widgets(page)
        others[number] = [note for note in notes(page) if str(note.get("/Subtype", "")) != "/Widget"]
        for widget in fields:
            _keep_layer(widget)
        page.obj.Annots = pikepdf.Array(fields)
    document.flatten_annotations("screen")
    for number, page in enumerate(document.pages):
        page.obj.Annots = pikepdf.Array(others[number])


def _keep_layer(widget: Any) -> None:
    """Put the drawings of a field on the layer of the field."""
    import pikepdf  # noqa: PLC0415 -- as above

    layer, drawing = widget.get("/OC"), _normal(widget)
    if isinstance(layer, pikepdf.Dictionary) and drawing is not None:
        states = [drawing] if isinstance(drawing, pikepdf.Stream) else [state for _, state in drawing.items()]
        for state in states:
            if isinstance(state, pikepdf.Stream) and "/OC" not in state:
                state.OC = layer


def _normal(widget: Any) -> Any:
    """The drawing of a field, or the drawings of its states; None without any."""
    import pikepdf  # noqa: PLC0415 -- as above

    drawings = widget.get("/AP")
    normal = drawings.get("/N") if isinstance(drawings, pikepdf.Dictionary) else None
    return normal if isinstance(normal, pikepdf.Dictionary | pikepdf.Stream) else None


def _undrawn(page: int, widget: Any, form: Any, *, asked: bool) -> _Undrawn | None:
    """The field if the portal has to draw it; ``asked`` if the file has the reader draw all fields. Sets the state of a box."""
    import pikepdf  # noqa: PLC0415 -- as above

    rectangle = _rectangle(widget.get("/Rect"))
    if rectangle is None or _whole(widget.get("/F")) & HIDDEN:
        return None
    kind, value, normal = str(_inherited(widget, "/FT", form)), _inherited(widget, "/V", form), _normal(widget)
    flags = _whole(_inherited(widget, "/Ff", form))
    if kind == "/Btn":
        if isinstance(normal, pikepdf.Dictionary) and (asked or "/AS" not in widget) and isinstance(value, pikepdf.Name):
            widget.AS = value if str(value) in normal else pikepdf.Name.Off  # the state shown, which the file leaves to the reader
        text = TICK if normal is None and not flags & PUSH and _is_on(widget, value) else ""
    else:
        needs = kind in {"/Tx", "/Ch"} and (asked or not isinstance(normal, pikepdf.Stream))
        text = _text(value, _inherited(widget, "/Opt", form)) if needs else ""
    if not text.strip():
        return None
    if kind != "/Tx":
        return _described(page, widget, form, rectangle, text, multiline="\n" in text)
    cells = _whole(_inherited(widget, "/MaxLen", form)) if flags & COMB else 0
    text = "*" * len(text) if flags & PASSWORD else text
    return _described(page, widget, form, rectangle, text, multiline=bool(flags & MULTILINE), cells=cells)


def _described(page: int, widget: Any, form: Any, rectangle: Rectangle, text: str, *, multiline: bool, cells: int = 0) -> _Undrawn:
    import pikepdf  # noqa: PLC0415 -- as above

    marks = widget.get("/MK")
    marks = marks if isinstance(marks, pikepdf.Dictionary) else pikepdf.Dictionary()
    turn = _whole(marks.get("/R")) % 360
    wide, high = rectangle[2] - rectangle[0], rectangle[3] - rectangle[1]
    if turn in {90, 270}:
        wide, high = high, wide
    style = str(_inherited(widget, "/DA", form) or "")
    sized = re.findall(r"([\d.]+)\s+Tf", style)
    painted = re.findall(r"((?:[\d.]+\s+){1,4})(?:g|rg|k)\b", style)
    text = text if multiline else " ".join(text.split("\n"))
    wanted = _number(sized[-1]) if sized else 0
    size = _fitting(text, (wide, high), wanted, multiline=multiline)
    if size < WRAPPED and not multiline and not cells:
        multiline, size = True, max(size, _fitting(text, (wide, high), wanted, multiline=True))
    aligned = ALIGNED[min(_whole(_inherited(widget, "/Q", form)), 2)]
    look = [f"width:{wide:.2f}pt", f"height:{high:.2f}pt", f"font-size:{size:.2f}pt", f"text-align:{aligned}"]
    look += [f"line-height:{LEADING if multiline else f'{high:.2f}pt'}", f"color:{_colour(painted[-1].split() if painted else ())}"]
    look.append(f"white-space:{'pre-wrap' if multiline else 'pre'}")
    if background := marks.get("/BG"):
        look.append(f"background:{_colour(background)}")
    return _Undrawn(page, widget, rectangle, text, 0 if multiline else cells, (wide, high), ";".join(look), turn)


def _give_drawings(document: Any, found: list[_Undrawn]) -> None:
    """Lay out each text in the size of its field, with embedded fonts, and make it the drawing of the field."""
    import pikepdf  # noqa: PLC0415 -- as above

    from reports.common.render import from_html  # noqa: PLC0415 -- heavy; few files need it

    css = [f"@page {{margin:0}} body {{margin:0;font-family:{FONTS}}} div {{box-sizing:border-box;padding:0 {PAD}pt;overflow:hidden}}"]
    for number, one in enumerate(found, start=1):
        wide, high = one.size
        css.append(f"@page d{number} {{size:{wide:.2f}pt {high:.2f}pt}} .d{number} {{page:d{number};{one.look}}}")
        if one.cells:
            css.append(
                f".d{number} {{padding:0}} .d{number} span {{display:inline-block;text-align:center;width:{wide / one.cells:.3f}pt}}"
            )
    made = from_html(render_to_string("pdf/fields.html", {"fields": found}), css="\n".join(css))
    with pikepdf.open(BytesIO(made)) as pictures:
        for one, page in zip(found, pictures.pages, strict=True):
            drawing = document.copy_foreign(pictures.make_indirect(page.as_form_xobject()))
            if matrix := TURNS.get(one.turn):
                drawing.Matrix = pikepdf.Array(matrix)
            one.widget.AP = pikepdf.Dictionary(N=drawing)


def _is_on(widget: Any, value: Any) -> bool:
    import pikepdf  # noqa: PLC0415 -- as above

    state = widget.get("/AS", value)
    return isinstance(state, pikepdf.Name) and str(state) != "/Off"


def _inherited(widget: Any, key: str, form: Any) -> Any:
    """Value of a field's key, which may stand in a field above it or with the form."""
    import pikepdf  # noqa: PLC0415 -- as above

    place = widget
    for _ in range(DEEPEST):
        if not isinstance(place, pikepdf.Dictionary):
            break
        if key in place:
            return place[key]
        place = place.get("/Parent")
    return form.get(key) if key in {"/DA", "/Q"} else None


def _text(value: Any, options: Any) -> str:
    """What a value says, of a choice in the words that the form shows for it."""
    import pikepdf  # noqa: PLC0415 -- as above

    if isinstance(value, pikepdf.Array):
        return "\n".join(filter(None, (_text(one, options) for one in value)))
    if isinstance(value, pikepdf.Stream):
        text = str(pikepdf.String(value.read_bytes()))
    elif isinstance(value, pikepdf.String):
        text = str(value)
    else:
        return ""
    for option in options if isinstance(options, pikepdf.Array) else ():
        if isinstance(option, pikepdf.Array) and len(option) > 1 and str(option[0]) == text:
            text = str(option[1])
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs", "Cn"})


def _fitting(text: str, size: tuple[float, float], wanted: float, *, multiline: bool) -> float:
    """Size in points, as wanted (0: any) or so much smaller that the whole text fits."""
    widths = [sum(1 if unicodedata.east_asian_width(sign) in "WF" else NARROW for sign in line) for line in text.split("\n")]
    across, high = max(size[0] - 2 * PAD, 1), size[1]
    if not multiline:
        return max(min(wanted or USUAL, high / LEADING, across / max(widths[0], 1)), SMALLEST)
    points = wanted or USUAL
    while points > SMALLEST and sum(max(math.ceil(width * points / across), 1) for width in widths) * points * LEADING > high:
        points -= 0.5
    return max(points, SMALLEST)


def _rectangle(found: Any) -> Rectangle | None:
    import pikepdf  # noqa: PLC0415 -- as above

    numbers = [_number(side) for side in found] if isinstance(found, pikepdf.Array) else []
    if len(numbers) != 4:  # noqa: PLR2004 -- corners
        return None
    (left, right), (below, above) = sorted(numbers[::2]), sorted(numbers[1::2])
    return (left, below, right, above) if right - left >= 1 and above - below >= 1 else None


def _colour(parts: Any) -> str:
    """CSS colour of one (grey), three (red, green, blue) or four (printing inks) numbers from 0 to 1; black for anything else."""
    numbers = [min(max(_number(part), 0), 1) for part in parts] if not isinstance(parts, str) else []
    if len(numbers) == 4:  # noqa: PLR2004 -- inks
        *inks, black = numbers
        numbers = [(1 - ink) * (1 - black) for ink in inks]
    numbers = numbers * 3 if len(numbers) == 1 else numbers
    return f"rgb({','.join(str(int(number * 255)) for number in numbers)})" if len(numbers) == 3 else "rgb(0,0,0)"  # noqa: PLR2004


def _number(found: Any) -> float:
    try:
        return float(found)
    except (TypeError, ValueError):
        return 0


def _whole(found: Any) -> int:
    return max(int(_number(found)), 0)
