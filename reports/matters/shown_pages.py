"""Compares how the pages of two PDFs look, at low resolution, in a child process with limits of time and memory.

Run as ``python -m reports.matters.shown_pages ORIGINAL COPY``, with three JSON objects in a list on stdin: by index of the page, the
rectangles (points) that are not compared, those of fields, and the indexes of notes that are off. Prints how many pages the original has,
then a line per page: ``same``, ``differs`` or ``unclear``.
"""

import json
import logging
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greendistrict.children import end_with_parent, environment, hold_memory

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "reports.matters.shown_pages")
SECONDS = 40
DPI, MOST_PIXELS = 40, 2_000  # of the longer side
VISIBLE = 33  # difference of a channel (0 to 255) from what stands at most a pixel away: the edge of a sign may be drawn beside
SHAPED = 90  # the same in a field: as part of a form, readers draw signs in another way than as part of the page
MOST_APART = 0.5  # of a page may be left out; beyond, it is not compared
FARTHEST = 100_000  # points from the corner of a page, farther than any page reaches
SAME, DIFFERS, UNCLEAR = "same", "differs", "unclear"
Rectangle = tuple[float, float, float, float]
Places = Mapping[int, Sequence[Rectangle]]  # by index of the page
Notes = Mapping[int, Sequence[int]]  # by index of the page, indexes in its list


@dataclass(frozen=True)
class PageComparison:
    """Numbers from 1 of pages that look different and of those that cannot be drawn, and of how many the outcome is known.

    ``stated`` is how many pages the original has for readers, None if it cannot be opened.
    """

    different: tuple[int, ...] = ()
    unclear: tuple[int, ...] = ()
    pages: int = 0
    stated: int | None = None


def compared(original: Path, copy: Path, *, apart: Places, fields: Places, off: Notes, seconds: float = SECONDS) -> PageComparison:
    """Compare page by page, as far as time and memory permit.

    ``apart`` is left out, ``fields`` were drawn by a form of the original, and of the original the notes ``off`` are not drawn.
    """
    request = json.dumps([{str(page): list(found) for page, found in by_page.items()} for by_page in (apart, fields, off)]).encode()
    command = (*COMMAND, str(original), str(copy))
    try:
        done = subprocess.run(  # noqa: S603 -- our module
            command, input=request, capture_output=True, timeout=seconds, cwd=ROOT, check=False, env=environment(copy.parent)
        )
        said = done.stdout
        if done.returncode:
            logger.error("pages could not be compared (%s): %s", done.returncode, done.stderr.decode(errors="replace"))
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""
    stated, *words = said.decode().split() or [""]
    found = {kind: tuple(number for number, word in enumerate(words, start=1) if word == kind) for kind in (DIFFERS, UNCLEAR)}
    return PageComparison(found[DIFFERS], found[UNCLEAR], len(words), int(stated) if stated else None)


def main() -> None:
    """Compare the two files named on the command line."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    end_with_parent()
    hold_memory()
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 -- after the limits are set

    apart, fields, off = json.load(sys.stdin)
    with pypdfium2.PdfDocument(sys.argv[1]) as original, pypdfium2.PdfDocument(sys.argv[2]) as copy:
        _leave_out(original, {int(page): found for page, found in off.items()})
        original.init_forms()
        sys.stdout.write(f"{len(original)}\n")
        sys.stdout.flush()
        for number in range(min(len(original), len(copy))):
            sys.stdout.write(f"{_outcome(original, copy, number, [places.get(str(number), ()) for places in (apart, fields)])}\n")
            sys.stdout.flush()


def _leave_out(document: Any, off: Notes) -> None:
    """Hide notes. Called before the form is known, which would draw fields that are shown then.

    None is removed, which would move the others in the list: pages may share one.
    """
    from pypdfium2 import raw  # noqa: PLC0415 -- as above

    for number, notes in off.items():
        if number < len(document):
            page = document[number]
            for place in notes:
                if note := raw.FPDFPage_GetAnnot(page, place):
                    raw.FPDFAnnot_SetFlags(note, raw.FPDF_ANNOT_FLAG_HIDDEN)
                    raw.FPDFPage_CloseAnnot(note)
            page.close()


def _outcome(original: Any, copy: Any, number: int, places: Sequence[Sequence[Rectangle]]) -> str:
    try:
        is_same = _is_same(original[number], copy[number], *places)
    except Exception:  # libraries raise anything for an odd page; the others can be drawn  # noqa: BLE001
        return UNCLEAR
    return UNCLEAR if is_same is None else SAME if is_same else DIFFERS


def _is_same(one: Any, other: Any, apart: Sequence[Rectangle], fields: Sequence[Rectangle]) -> bool | None:
    """Whether two pages look the same; None if too much of them is left out."""
    from PIL import Image, ImageChops  # noqa: PLC0415 -- as above

    scale = min(DPI / 72, MOST_PIXELS / max(*one.get_size(), 1))
    pictures = []
    for page in (one, other):
        picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
        left_out = Image.new("L", picture.size)
        for rectangle in apart:
            left_out.paste(255, _on_picture(page, rectangle, picture.size))
        if left_out.histogram()[255] > MOST_APART * picture.width * picture.height:
            return None
        picture.paste("white", mask=left_out)
        pictures.append(picture)
    if pictures[0].size != pictures[1].size:
        return False
    if ImageChops.difference(*pictures).getbbox() is None:  # nearly always
        return True
    allowed = Image.new("L", pictures[0].size, VISIBLE - 1)
    for rectangle in fields:
        allowed.paste(SHAPED - 1, _on_picture(one, rectangle, allowed.size))
    return not any(_has_more(a, b, allowed) for a, b in (pictures, pictures[::-1]))


def _has_more(picture: Any, other: Any, allowed: Any) -> bool:
    """Whether a picture has a pixel that is lighter or darker, by more than allowed, than all pixels of the other around its place."""
    from PIL import ImageChops, ImageFilter  # noqa: PLC0415 -- as above

    lighter = ImageChops.subtract(picture, other.filter(ImageFilter.MaxFilter(3)))
    darker = ImageChops.subtract(other.filter(ImageFilter.MinFilter(3)), picture)
    channels = ImageChops.lighter(lighter, darker).split()
    return any(ImageChops.subtract(channel, allowed).getbbox() is not None for channel in channels)


def _on_picture(page: Any, rectangle: Rectangle, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Pixels of a rectangle given in points of the page, with a margin of one."""
    import ctypes  # noqa: PLC0415 -- as above

    from pypdfium2.raw import FPDF_PageToDevice  # type: ignore[import-untyped]  # noqa: PLC0415 -- as above

    found = []
    near = [min(max(side, -FARTHEST), FARTHEST) for side in rectangle]
    for across, up in (near[:2], near[2:]):
        place = ctypes.c_int(), ctypes.c_int()
        FPDF_PageToDevice(page, 0, 0, *size, 0, across, up, *place)
        found.append((place[0].value, place[1].value))
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(*found, strict=True))
    return left - 1, top - 1, right + 2, bottom + 2


if __name__ == "__main__":
    main()
