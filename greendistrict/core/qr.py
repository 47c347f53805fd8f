"""QR codes of verification addresses: a telephone that reads one opens the public page for that paper."""

from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from greendistrict.core.codes import plain

if TYPE_CHECKING:
    import segno

QUIET = 2  # modules of white around it; the page adds its own
PIXELS = 8  # per module of the picture


def verify_address(code: str) -> str:
    """Absolute address of the public page that shows the paper with this 查验码, however it is written."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('portal:verify')}?check={plain(code)}"


def drawing(code: str) -> tuple[int, str]:
    """(side in modules, strokes of the dark modules) of the verification address, for an SVG path of width 1."""
    return drawing_of(verify_address(code))


def drawing_of(text: str) -> tuple[int, str]:
    """The same of any text."""
    matrix = _made(text).matrix
    strokes = []
    for row, line in enumerate(matrix, start=QUIET):
        column = QUIET
        for dark, run in groupby(line):
            length = len(list(run))
            if dark:
                strokes.append(f"M{column} {row}.5h{length}")
            column += length
    return len(matrix) + 2 * QUIET, "".join(strokes)


def qr_svg(code: str, css: str = "gd-qr") -> str:
    """SVG element of the verification address, scaled by the style of class ``css``."""
    side, strokes = drawing(code)
    return render_to_string("components/qr.html", {"side": side, "strokes": strokes, "css": css})


def qr_uri(code: str) -> str:
    """``data:`` address of the same as an SVG picture, for an ``img`` with alternative text."""
    return f"data:image/svg+xml;base64,{b64encode(qr_svg(code).encode()).decode()}"


def qr_png(code: str) -> bytes:
    """The same as a PNG picture, for Word documents."""
    out = BytesIO()
    _made(verify_address(code)).save(out, kind="png", border=QUIET, scale=PIXELS)
    return out.getvalue()


@lru_cache(maxsize=64)
def _made(address: str) -> "segno.QRCode":
    import segno  # noqa: PLC0415 -- pages without a code do not load it

    return segno.make(address, error="m", micro=False)
