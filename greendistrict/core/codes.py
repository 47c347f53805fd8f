"""Format of a 查验码: random, without ambiguous characters, in groups of four."""

import secrets
import unicodedata

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no I, L, O, 0, 1: 31 signs
LENGTH = 20  # 99 bits
GROUP = 4
LONGEST = 60
DASHES = dict.fromkeys(map(ord, " -‐‑‒–—―－\t\u3000"))


def new_code() -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def written(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def plain(text: str) -> str:
    """A code as it is stored, however it was typed."""
    return unicodedata.normalize("NFKC", text).upper().translate(DASHES)[:LONGEST]
