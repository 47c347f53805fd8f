"""Draws the fields of a PDF form into its pages, so that they show what was filled in where the form itself is left out.

Many programs write a value and leave its drawing to the reader; for these the portal draws the value.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reports.matters.field_looks import FieldText, give_drawings, has_colour, look_of, marks_of
from reports.matters.harmless import drop, notes, number, rectangle
from reports.matters.shown_pages import Rectangle

UNSEEN, PRINTED, OFF_SCREEN = 0b10, 0b100, 0b100000  # flags of a widget
MULTILINE, PASSWORD, RADIO, PUSH, COMB = 1 << 12, 1 << 13, 1 << 15, 1 << 16, 1 << 24  # flags of a field
DEEPEST = 32
TICKS = {"4": "✓", "8": "✗", "l": "●", "u": "◆", "n": "■", "H": "★"}  # by the sign of ZapfDingbats that a box names
TICK, DOT = "✓", "●"
WRITES = re.compile(rb"(?<![\w/])(?:T[jJ]|Do|BI|sh|[cvy])(?!\w)|[)>]\s*['\"]")  # operators that can show a value; ruled lines cannot
BARS, FRAMES = re.compile(rb"(?<![\w/])re(?!\w)"), 4  # a bar code has more of them than background and border
KEPT = frozenset({"/Type", "/Rect", "/F", "/OC", "/P"})


@dataclass
class DrawnFields:
    """Rectangles by index of the page, those that the portal drew and the others; whether it wrote values, and whether one had no room."""

    places: dict[int, list[Rectangle]] = field(default_factory=dict)
    fields: dict[int, list[Rectangle]] = field(default_factory=dict)
    is_filled: bool = False
    is_cut: bool = False


def draw(document: Any, load: Callable[[], None]) -> DrawnFields:
    """Draw the fields of all pages into them. ``load`` is called before any is laid out."""
    import pikepdf  # noqa: PLC0415 -- only who makes a dossier pays for it

    form = document.Root.get("/AcroForm")
    form = form if isinstance(form, pikepdf.Dictionary) else pikepdf.Dictionary()
    asked = form.get("/NeedAppearances") == True  # noqa: E712 -- not any other object
    drawn, found = DrawnFields(), []
    for at, widget in [(at, widget) for at, page in enumerate(document.pages) for widget in widgets(page)]:
        place = rectangle(widget.get("/Rect"))
        if place is None or (_whole(widget.get("/F")) & (UNSEEN | OFF_SCREEN) and not _is_printed_only(widget)):
            continue
        _mend_drawings(widget, place)
        said = _undrawn(widget, form, asked=asked)
        if said is None:
            drawn.fields.setdefault(at, []).append(place)
        else:
            look = look_of(widget, said, place)
            found.append((widget, look))
            drawn.places.setdefault(at, []).append(place)
            drawn.is_filled, drawn.is_cut = drawn.is_filled or bool(said.text.strip()), drawn.is_cut or look.is_cut
    if found:
        load()
        drawn.is_cut = give_drawings(document, found) or drawn.is_cut
    drop(form, "/NeedAppearances")  # with it, the library draws no field
    _flatten(document)
    return drawn


def widgets(page: Any) -> list[Any]:
    """Fields on a page."""
    return [note for note in notes(page) if str(note.get("/Subtype", "")) == "/Widget"]


def is_signed(document: Any) -> bool:
    """Whether a field holds a signature or the file is certified; an empty place for one is none."""
    import pikepdf  # noqa: PLC0415 -- as above

    if isinstance(document.Root.get("/Perms"), pikepdf.Dictionary) and "/DocMDP" in document.Root.Perms:
        return True
    form = document.Root.get("/AcroForm")
    fields = form.get("/Fields") if isinstance(form, pikepdf.Dictionary) else None
    waiting = [*(fields if isinstance(fields, pikepdf.Array) else ()), *(widget for page in document.pages for widget in widgets(page))]
    seen = set()
    while waiting:
        one = waiting.pop()
        if not isinstance(one, pikepdf.Dictionary) or (one.is_indirect and one.objgen in seen):
            continue
        seen.add(one.objgen)
        if str(_inherited(one, "/FT", {})) == "/Sig" and isinstance(_inherited(one, "/V", {}), pikepdf.Dictionary):
            return True
        kids = one.get("/Kids")
        waiting += list(kids) if isinstance(kids, pikepdf.Array) and one.is_indirect else []
    return False


def _is_printed_only(widget: Any) -> bool:
    flags = _whole(widget.get("/F"))
    return bool(flags & PRINTED and flags & OFF_SCREEN and not flags & UNSEEN)


def _flatten(document: Any) -> None:
    """Make the drawings of fields part of the pages; other annotations stay what they are, and fields that are printed only become such."""
    import pikepdf  # noqa: PLC0415 -- as above

    others = {}
    for place, page in enumerate(document.pages):
        fields = widgets(page)
        others[place] = [note for note in notes(page) if str(note.get("/Subtype", "")) != "/Widget"]
        others[place] += [widget for widget in fields if _is_printed_only(widget) and _become_stamp(widget)]
        page.obj.Annots = pikepdf.Array([widget for widget in fields if not _is_printed_only(widget)])
        for widget in fields:
            _keep_layer(document, widget)
    document.flatten_annotations("screen")
    for place, page in enumerate(document.pages):
        page.obj.Annots = pikepdf.Array(others[place])


def _become_stamp(widget: Any) -> bool:
    """Turn a field with a drawing into a mark on the page; False without one."""
    import pikepdf  # noqa: PLC0415 -- as above

    drawing = _normal(widget)
    if isinstance(drawing, pikepdf.Dictionary):
        drawing = drawing.get(str(widget.get("/AS", "/Off")))
    if not isinstance(drawing, pikepdf.Stream):
        return False
    drop(widget, *(key for key in widget.keys() if key not in KEPT))  # noqa: SIM118 -- what is gone over are its keys as they were
    widget.Subtype, widget.AP = pikepdf.Name.Stamp, pikepdf.Dictionary(N=drawing)
    return True


def _keep_layer(document: Any, widget: Any) -> None:
    """Put the drawings of a field on the layer of the field, as copies: another field on another layer may share them."""
    import pikepdf  # noqa: PLC0415 -- as above

    layer, drawing = widget.get("/OC"), _normal(widget)
    if not isinstance(layer, pikepdf.Dictionary) or drawing is None or str(widget.get("/Subtype", "")) != "/Widget":
        return
    states = {"/N": drawing} if isinstance(drawing, pikepdf.Stream) else dict(drawing.items())
    copies = {key: _on_layer(document, state, layer) for key, state in states.items() if isinstance(state, pikepdf.Stream)}
    widget.AP = pikepdf.Dictionary(copies if isinstance(drawing, pikepdf.Stream) else {"/N": pikepdf.Dictionary(copies)})


def _on_layer(document: Any, drawing: Any, layer: Any) -> Any:
    if "/OC" in drawing:
        return drawing
    held = {key: value for key, value in drawing.items() if key != "/Length"}
    return document.make_stream(drawing.read_raw_bytes(), {**held, "/OC": layer})


def _normal(widget: Any) -> Any:
    """The drawing of a field, or the drawings of its states; None without any."""
    import pikepdf  # noqa: PLC0415 -- as above

    drawings = widget.get("/AP")
    normal = drawings.get("/N") if isinstance(drawings, pikepdf.Dictionary) else None
    return normal if isinstance(normal, pikepdf.Dictionary | pikepdf.Stream) else None


def _mend_drawings(widget: Any, place: Rectangle) -> None:
    """Say of drawings what readers assume: that they are some, and as large as the field."""
    import pikepdf  # noqa: PLC0415 -- as above

    normal = _normal(widget)
    for drawing in [normal] if isinstance(normal, pikepdf.Stream) else [state for _, state in normal.items()] if normal is not None else []:
        if isinstance(drawing, pikepdf.Stream):
            drawing.Subtype = pikepdf.Name.Form
            box = drawing.get("/BBox")
            if not isinstance(box, pikepdf.Array) or len(box) != 4:  # noqa: PLR2004 -- sides
                drawing.BBox = pikepdf.Array([0, 0, place[2] - place[0], place[3] - place[1]])


def _undrawn(widget: Any, form: Any, *, asked: bool) -> FieldText | None:
    """What the portal has to draw for a field; ``asked`` if the file has the reader draw all fields. Sets the state of a box."""
    import pikepdf  # noqa: PLC0415 -- as above

    kind, value, normal = str(_inherited(widget, "/FT", form)), _inherited(widget, "/V", form), _normal(widget)
    flags = _whole(_inherited(widget, "/Ff", form))
    if kind == "/Btn":
        said = _button(widget, value, normal, flags, asked=asked)
    elif kind in {"/Tx", "/Ch"}:
        said = _written(widget, value, form, flags, is_choice=kind == "/Ch")
        is_drawn = isinstance(normal, pikepdf.Stream) and (not said.text.strip() or _shows_text(normal))
        if is_drawn and not asked:
            return None
    else:
        return None
    if said is None or said.text.strip() or any(has_colour(marks_of(widget).get(key)) for key in ("/BC", "/BG")):
        return said
    drop(widget, "/AP")  # of a value that was taken away
    return None


def _button(widget: Any, value: Any, normal: Any, flags: int, *, asked: bool) -> FieldText | None:
    import pikepdf  # noqa: PLC0415 -- as above

    if isinstance(normal, pikepdf.Dictionary) and (asked or "/AS" not in widget) and isinstance(value, pikepdf.Name):
        widget.AS = value if str(value) in normal else pikepdf.Name.Off  # the state shown, which the file leaves to the reader
    if normal is not None:
        return None
    caption = marks_of(widget).get("/CA")
    caption = _text(caption, None)
    if flags & PUSH:
        return FieldText(caption, str(widget.get("/DA", "")), aligned=1)
    is_radio = bool(flags & RADIO)
    state = widget.get("/AS", value)
    is_on = isinstance(state, pikepdf.Name) and str(state) != "/Off"
    return FieldText(TICKS.get(caption, DOT if is_radio else TICK) if is_on else "", aligned=1, is_round=is_radio)


def _written(widget: Any, value: Any, form: Any, flags: int, *, is_choice: bool) -> FieldText:
    import pikepdf  # noqa: PLC0415 -- as above

    options = _inherited(widget, "/Opt", form)
    text = _text(value, options)
    chosen = _inherited(widget, "/I", form)
    if is_choice and not text and isinstance(chosen, pikepdf.Array) and isinstance(options, pikepdf.Array):
        named = [options[at] for at in map(_whole, chosen) if at < len(options)]
        text = "\n".join(_text(option[0] if isinstance(option, pikepdf.Array) and len(option) else option, options) for option in named)
    style, aligned = str(_inherited(widget, "/DA", form) or ""), min(_whole(_inherited(widget, "/Q", form)), 2)
    if is_choice:
        return FieldText(text, style, aligned, multiline="\n" in text)
    cells = _whole(_inherited(widget, "/MaxLen", form)) if flags & COMB else 0
    text = "*" * len(text) if flags & PASSWORD else text
    return FieldText(text, style, aligned, multiline=bool(flags & MULTILINE), cells=cells)


def _shows_text(drawing: Any) -> bool:
    """Whether a drawing can show a value; some programs write an empty one beside the value."""
    import pikepdf  # noqa: PLC0415 -- as above

    try:
        content = drawing.read_bytes()
        return WRITES.search(content) is not None or len(BARS.findall(content)) > FRAMES
    except pikepdf.PdfError:
        return False


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


def _whole(found: Any) -> int:
    return max(int(number(found)), 0)
