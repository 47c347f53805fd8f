"""Recognise DXF drawings, and what they do not state. Uses no library, because the web worker needs it too."""

import re
from dataclasses import dataclass

BINARY, DWG = b"AutoCAD Binary DXF", b"AC10"
DXF = re.compile(rb"(\xef\xbb\xbf)?\s*(999\r?\n[^\n]*\n\s*)*0\r?\n\s*SECTION")


@dataclass(frozen=True)
class Drawing:
    """Information missing in a DXF drawing: the layer of the outlines and the unit of its coordinates (``dxf.UNITS``)."""

    layer: str = ""
    unit: str = ""


def is_drawing(content: bytes) -> bool:
    """Whether a file is a DXF or DWG: binary, or text that starts with its first section after comments."""
    return content.startswith((BINARY, DWG)) or bool(DXF.match(content[:2000]))
