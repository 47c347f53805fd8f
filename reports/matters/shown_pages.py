"""Compares how the pages of two PDFs look, at low resolution, in a child process with limits of time and memory.

Run as ``python -m reports.matters.shown_pages ORIGINAL COPY``, with a JSON object on stdin: by index of the page, the rectangles (points)
that are not compared. Prints a line per page, ``same`` or ``differs``.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "reports.matters.shown_pages")
SECONDS, MEMORY = 40, 2 * 1024 * 1024 * 1024
DPI, MOST_PIXELS = 40, 1_000  # of the longer side
VISIBLE, FEWEST = 64, 4  # difference of a channel (0 to 255), and pixels with one
SAME, DIFFERS = "same", "differs"
Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True)
class PageComparison:
    """Numbers from 1 of pages that look different, and how many pages could be compared."""

    different: tuple[int, ...]
    pages: int


def compared(original: Path, copy: Path, *, apart: Mapping[int, Sequence[Rectangle]]) -> PageComparison:
    """Compare page by page, as far as time and memory permit. ``apart`` has the rectangles left out, by index of the page."""
    request = json.dumps({str(page): rectangles for page, rectangles in apart.items()}).encode()
    command = (*COMMAND, str(original), str(copy))
    try:
        said = subprocess.run(command, input=request, capture_output=True, timeout=SECONDS, cwd=ROOT, check=False).stdout  # noqa: S603 -- our module
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""
    lines = said.decode().split()
    return PageComparison(tuple(number for number, word in enumerate(lines, start=1) if word == DIFFERS), len(lines))


def main() -> None:
    """Compare the two files named on the command line."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 -- after the limits are set

    apart = json.load(sys.stdin)
    with pypdfium2.PdfDocument(sys.argv[1]) as original, pypdfium2.PdfDocument(sys.argv[2]) as copy:
        original.init_forms()
        for number in range(min(len(original), len(copy))):
            is_same = _is_same(original[number], copy[number], apart.get(str(number), ()))
            sys.stdout.write(f"{SAME if is_same else DIFFERS}\n")
            sys.stdout.flush()


def _is_same(one: Any, other: Any, apart: Sequence[Rectangle]) -> bool:
    from PIL import Image, ImageChops  # noqa: PLC0415 -- as above

    scale = min(DPI / 72, MOST_PIXELS / max(*one.get_size(), 1))
    pictures = []
    for page in (one, other):
        picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
        for rectangle in apart:
            picture.paste("white", _on_picture(page, rectangle, picture.size))
        pictures.append(picture)
    if pictures[0].size != pictures[1].size:
        return False
    red, green, blue = ImageChops.difference(*pictures).split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(strongest.histogram()[VISIBLE:]) < FEWEST


def _on_picture(page: Any, rectangle: Rectangle, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Pixels of a rectangle given in points of the page, with a margin of one."""
    import ctypes  # noqa: PLC0415 -- as above

    from pypdfium2.raw import FPDF_PageToDevice  # type: ignore[import-untyped]  # noqa: PLC0415 -- as above

    found = []
    for across, up in (rectangle[:2], rectangle[2:]):
        place = ctypes.c_int(), ctypes.c_int()
        FPDF_PageToDevice(page, 0, 0, *size, 0, across, up, *place)
        found.append((place[0].value, place[1].value))
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(*found, strict=True))
    return left - 1, top - 1, right + 2, bottom + 2


if __name__ == "__main__":
    main()
