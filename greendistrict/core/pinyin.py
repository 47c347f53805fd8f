"""Sort and search keys of Chinese names; the embedded PostgreSQL has only C collation."""

from pypinyin import lazy_pinyin


def sort_key(text: str) -> str:
    """Lower-case pinyin of ``text``, syllables joined by blanks."""
    return " ".join(lazy_pinyin(text)).lower()[:300]


def search_key(text: str) -> str:
    """Pinyin without blanks, a blank, then the initials: what somebody types who has no time for characters."""
    syllables = [part.lower() for part in lazy_pinyin(text)]
    return f"{''.join(syllables)} {''.join(part[:1] for part in syllables)}"[:400]
