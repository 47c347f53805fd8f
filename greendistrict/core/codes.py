"""Format of a 查验码: random, without ambiguous characters, printed in groups of four."""

import secrets
import unicodedata

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # 31 characters, without I, L, O, 0 and 1
LENGTH = 20  # 99 bits
GROUP = 4
LONGEST = 60
DASHES = dict.fromkeys(map(ord, " -‐‑‒–—―－\t\u3000"))


def new_code() -> str:
    """A new unguessable code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def written(code: str) -> str:
    """A code in groups of four, as printed."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def plain(text: str) -> str:
    """A code in stored form, however it was typed."""
    return unicodedata.normalize("NFKC", text).upper().translate(DASHES)[:LONGEST]
