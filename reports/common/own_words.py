"""Quote what districts say themselves (pure)."""

import re

from assessments.self_checks.report import without_inserted
from greendistrict.core.layout_text import LayoutKind, layout_blocks, tidied

LONGEST = 80  # characters of a quotation
SENTENCE = re.compile(r"[^。！？；\n]+")
INNER = str.maketrans("“”", "‘’")  # quotation marks within a quotation
LEAST = 8  # characters: shorter ones are heads such as 一、问题


def first_sentence(text: str) -> str:
    """The first sentence that its author wrote of a text with layout, without its stop; empty if there is none."""
    blocks = (
        block
        for block in tidied(layout_blocks(without_inserted(text)))
        if block.kind not in {LayoutKind.HEADING, LayoutKind.TABLE, LayoutKind.PICTURE}
    )
    sentences = (found.strip() for block in blocks for found in SENTENCE.findall(block.words))
    return next((one for one in sentences if len(one) >= LEAST), "")


def quoted(text: str) -> str:
    """The beginning of a text in quotation marks: whole sentences as far as they are short, else cut with …… after a comma."""
    plain = " ".join(text.split()).translate(INNER)
    if len(plain) <= LONGEST:
        return f"“{plain.rstrip('。')}”"
    cut = max(plain.rfind(mark, LEAST, LONGEST) for mark in "。；，、")
    return f"“{plain[: cut if cut > 0 else LONGEST]}……”"
