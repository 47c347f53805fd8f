"""Sort and search keys of Chinese names; the embedded PostgreSQL has only C collation."""

import os
from functools import cache


def syllables(text: str) -> list[str]:
    """Lower-case syllables of ``text``; sequences that are not Chinese are kept together."""
    if text.isascii():
        return [text.lower()] if text else []
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")  # its tables are only read here
    from pypinyin import lazy_pinyin  # noqa: PLC0415 -- 40 MiB, which most web workers never need

    return [part.lower() for part in lazy_pinyin(text)]


def sort_key(text: str) -> str:
    """Lower-case pinyin of ``text``, syllables separated by spaces."""
    return " ".join(syllables(text))[:300]


def search_key(text: str) -> str:
    """Pinyin without spaces, a space, then the initials, which people type as abbreviation."""
    parts = syllables(text)
    return f"{''.join(parts)} {''.join(part[:1] for part in parts)}"[:400]


@cache
def keyed(name: str) -> str:
    """Lower-case name with its ``search_key``, for lists that are not in a table; cached, because names are few."""
    return f"{name.lower()} {search_key(name)}"
