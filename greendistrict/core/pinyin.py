"""Sort and search keys of Chinese names; the embedded PostgreSQL has only C collation."""

import os
from functools import cache


def syllables(text: str) -> list[str]:
    """Lower-case syllables of ``text``; what is not Chinese stays together."""
    if text.isascii():
        return [text.lower()] if text else []
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")  # its tables are read only here
    from pypinyin import lazy_pinyin  # noqa: PLC0415 -- 40 MiB, which most web workers never need

    return [part.lower() for part in lazy_pinyin(text)]


def sort_key(text: str) -> str:
    """Lower-case pinyin of ``text``, syllables joined by blanks."""
    return " ".join(syllables(text))[:300]


def search_key(text: str) -> str:
    """Pinyin without blanks, a blank, then the initials: what somebody types who has no time for characters."""
    parts = syllables(text)
    return f"{''.join(parts)} {''.join(part[:1] for part in parts)}"[:400]


@cache
def keyed(name: str) -> str:
    """A name in lower case with what ``search_key`` makes of it, for lists that no table holds; names are few, so that each is kept."""
    return f"{name.lower()} {search_key(name)}"
