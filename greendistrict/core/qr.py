"""QR codes of verification URLs: scanning one opens the public page of the paper."""

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

QUIET = 2  # modules of white margin; the page adds more
PIXELS = 8  # per module of the picture


def verify_address(code: str) -> str:
    """Absolute URL of the public page of the paper with this 查验码, in any notation."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('portal:verify')}?check={plain(code)}"


def drawing(code: str) -> tuple[int, str]:
    """Side in modules, and SVG path (stroke width 1) of the dark modules, for the verification URL."""
    return drawing_of(verify_address(code))


def drawing_of(text: str) -> tuple[int, str]:
    """Size and SVG path, as from ``drawing``, for any text."""
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
    """SVG element for the verification URL, scaled by the CSS class ``css``."""
    side, strokes = drawing(code)
    return render_to_string("components/qr.html", {"side": side, "strokes": strokes, "css": css})


def qr_uri(code: str) -> str:
    """``data:`` URL of the SVG image, for an ``img`` with alternative text."""
    return f"data:image/svg+xml;base64,{b64encode(qr_svg(code).encode()).decode()}"


def qr_png(code: str) -> bytes:
    """PNG image, for Word documents."""
    out = BytesIO()
    _made(verify_address(code)).save(out, kind="png", border=QUIET, scale=PIXELS)
    return out.getvalue()


@lru_cache(maxsize=64)
def _made(address: str) -> "segno.QRCode":
    import segno  # noqa: PLC0415 -- pages without a code do not load it

    return segno.make(address, error="m", micro=False)
