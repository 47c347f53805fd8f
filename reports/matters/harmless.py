"""Takes embedded files, media and actions out of a PDF whose pages are bound; what a reader sees of the pages stays."""

import math
from typing import Any

from greendistrict.documents.office.field_codes import harmless_address
from greendistrict.documents.office.hazards import ACTIONS, AT_ONCE
from reports.matters.layers import Layers
from reports.matters.shown_pages import Rectangle

LINKS = frozenset({"/URI", "/GoTo"})
LEFT_OUT = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
UNNAMED = "未命名附件"
FLAGS = 0x7FFFFFFF
DOING = ("/AA", "/AF", "/EF", "/JS", "/OpenAction", "/PA", "/PresSteps", "/PieceInfo", "/Ref", "/RichMediaContent", "/RichMediaSettings")
WATCHED = frozenset({*DOING, "/A", "/S", "/F"})
KINDS = frozenset({*ACTIONS, *AT_ONCE})  # of actions that are none within the file


def clean_page(page: Any, layers: Layers) -> tuple[list[str], list[int]]:
    """Remove embedded files, media, actions and annotations that are off from a page.

    Returns names of the files, and the indexes of annotations that are off, which readers may show that know no layers of annotations.
    """
    import pikepdf  # noqa: PLC0415 -- only who makes a dossier pays for it

    names, kept, off = associated(page.obj), [], []
    drop(page.obj, "/AA", "/AF", "/B", "/PresSteps", "/PieceInfo")
    for place, note in _placed(page):
        kind = str(note.get("/Subtype", ""))
        names += associated(note)
        if kind == "/FileAttachment":
            names.append(_name(note.get("/FS")))
        if kind in LEFT_OUT:
            continue
        if layers.hides(note.get("/OC")):
            off.append(place)
            continue
        _clean_note(note)
        kept.append(note)
    there = {note.objgen for note in kept if note.is_indirect}
    for note in kept:  # what they refer to beside the page would come along
        for key in ("/Parent", "/IRT", "/Popup"):
            if key in note and not (key == "/Parent" and str(note.get("/Subtype", "")) == "/Widget"):
                other = note[key]
                if not (isinstance(other, pikepdf.Dictionary) and other.is_indirect and other.objgen in there):
                    drop(note, key)
    page.obj["/Annots"] = pikepdf.Array(kept)
    return names, off


def notes(page: Any) -> list[Any]:
    """Annotations of a page without the odd members that some editors leave (null, numbers)."""
    return [note for _, note in _placed(page)]


def _placed(page: Any) -> list[tuple[int, Any]]:
    """Annotations as above, each with its index in the list."""
    import pikepdf  # noqa: PLC0415 -- as above

    found = page.obj.get("/Annots")
    placed = enumerate(found) if isinstance(found, pikepdf.Array) else ()
    return [(place, note) for place, note in placed if isinstance(note, pikepdf.Dictionary)]


def associated(part: Any) -> list[str]:
    """Names of the files that are associated with a page, a note or another part."""
    import pikepdf  # noqa: PLC0415 -- as above

    found = part.get("/AF")
    files = list(found) if isinstance(found, pikepdf.Array) else [found]
    return [_name(file) for file in files if isinstance(file, pikepdf.Dictionary) and "/EF" in file]


def _name(file: Any) -> str:
    import pikepdf  # noqa: PLC0415 -- as above

    named = file.get("/UF", file.get("/F", UNNAMED)) if isinstance(file, pikepdf.Dictionary) else file
    return str(named) if isinstance(named, str | pikepdf.String) else UNNAMED


def _clean_note(note: Any) -> None:
    drop(note, "/AA", "/AF", "/PA")
    if "/A" in note and not _is_link(note.get("/A")):
        drop(note, "/A")
    elif "/A" in note:
        drop(note["/A"], "/Next")
    if "/F" in note:
        flags = note["/F"]
        note["/F"] = flags & FLAGS if isinstance(flags, int) and not isinstance(flags, bool) else 0


def _is_link(action: Any) -> bool:
    """Whether an action moves within the file or opens a web page."""
    import pikepdf  # noqa: PLC0415 -- as above

    if not isinstance(action, pikepdf.Dictionary) or str(action.get("/S", "")) not in LINKS:
        return False
    address = action.get("/URI")
    return address is None or (isinstance(address, pikepdf.String) and harmless_address(bytes(address).decode("utf-8", "replace")))


def disarm(document: Any) -> list[str]:
    """Remove whatever can act, fetch or hold a file from all objects of a document. Returns names of the files."""
    import pikepdf  # noqa: PLC0415 -- as above

    names = []
    containers = pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream
    for start in document.objects:
        waiting = [start]
        while waiting:
            part = waiting.pop()
            if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
                names += [_name(part)] if "/EF" in part else associated(part)
                _disarm(part)
                inner = [value for _, value in part.items()]
            else:
                inner = list(part) if isinstance(part, pikepdf.Array) else []
            waiting += [value for value in inner if isinstance(value, containers) and not value.is_indirect]
    return names


def _disarm(part: Any) -> None:
    import pikepdf  # noqa: PLC0415 -- as above

    if WATCHED.isdisjoint(part.keys()):
        return
    if isinstance(part, pikepdf.Dictionary) and str(part.get("/S", "")) in KINDS and not _is_link(part):
        drop(part, *part.keys())  # an action, wherever it is kept
    drop(part, *DOING)
    if isinstance(part, pikepdf.Stream):
        drop(part, "/F", "/FFilter", "/FDecodeParms")
    if "/A" in part and isinstance(part["/A"], pikepdf.Dictionary) and "/S" in part["/A"] and not _is_link(part["/A"]):
        drop(part, "/A")
    if isinstance(part.get("/S"), pikepdf.Name) and "/Next" in part:
        drop(part, "/Next")


def drop(found: Any, *keys: str) -> None:
    """Remove keys that are there."""
    for key in keys:
        if key in found:
            del found[key]


def number(found: Any) -> float:
    """A number of a PDF; 0 for anything else."""
    try:
        given = float(found)
    except (TypeError, ValueError, OverflowError):
        return 0
    return given if math.isfinite(given) else 0


def rectangle(found: Any) -> Rectangle | None:
    """Left, lower, right and upper side in points of a place of a page; None if it is none or smaller than a point."""
    import pikepdf  # noqa: PLC0415 -- as above

    sides = [number(side) for side in found] if isinstance(found, pikepdf.Array) else []
    if len(sides) != 4:  # noqa: PLR2004 -- corners
        return None
    (left, right), (below, above) = sorted(sides[::2]), sorted(sides[1::2])
    return (left, below, right, above) if right - left >= 1 and above - below >= 1 else None
