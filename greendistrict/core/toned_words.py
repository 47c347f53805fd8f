"""Words that are shown as a tag and carry their tone with them, so that rewording one does not change its colour."""

from typing import Self


class TonedWord(str):
    """A word with the tone of its tag; in workbooks, papers and conditions it is plain text."""

    __slots__ = ("tone",)
    tone: str

    def __new__(cls, word: str, tone: str = "") -> Self:
        """A word in a tone; grey without one."""
        mark = super().__new__(cls, word)
        mark.tone = tone
        return mark
