"""Template tags of the codes printed on papers."""

from django import template
from django.db import models

from greendistrict.core.papers import code_of
from greendistrict.core.qr import drawing

register = template.Library()


@register.simple_tag
def paper_code(matter: models.Model | str | None) -> str:
    """查验码 of a stored object in groups of four; empty if it has none."""
    return code_of(matter) if isinstance(matter, models.Model) else ""


@register.inclusion_tag("components/qr.html")
def paper_qr(code: str) -> dict[str, str | int]:
    """QR code of the verification URL for ``code``; empty without a code."""
    side, strokes = drawing(code) if code else (0, "")
    return {"side": side, "strokes": strokes, "css": "gd-qr"}
