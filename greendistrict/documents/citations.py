"""Place in a file that proves a clause: pages, a table or a passage (pure). Pages and papers all word it through this module."""

from collections.abc import Mapping
from typing import Any, NamedTuple

MOST_WORDS = 40


def pages_in_words(first: int | None, last: int | None) -> str:
    """``12`` or ``12–14``; empty without a page."""
    return f"{first}–{last}" if first and last else str(first or "")


class Citation(NamedTuple):
    """A place in a file; all fields empty if nothing is cited."""

    page: int | None = None
    page_end: int | None = None
    passage: str = ""

    @classmethod
    def of(cls, place: Any) -> "Citation":
        """Place named by a link, an opened paper or an entry of a frozen record; older records name a single page."""
        if isinstance(place, Citation):
            return place
        if isinstance(place, Mapping):
            return cls(place.get("page") or None, place.get("page_end") or None, place.get("passage") or "")
        return cls(place.page or None, place.page_end, place.passage)

    @property
    def pages(self) -> str:
        """第12–14页; all that is shown of a file too confidential for the reader."""
        return f"第{pages_in_words(self.page, self.page_end)}页" if self.page else ""

    @property
    def words(self) -> str:
        """第12–14页，表3; a long passage is truncated."""
        passage = self.passage if len(self.passage) <= MOST_WORDS else f"{self.passage[: MOST_WORDS - 1]}…"
        return "，".join(filter(None, (self.pages, passage)))
