"""Where in a file the proof of a clause stands: a page or a run of pages, a table or words. Pure; pages and papers all say it by this."""

from collections.abc import Mapping
from typing import Any, NamedTuple

MOST_WORDS = 40


def pages_in_words(first: int | None, last: int | None) -> str:
    """12, or 12–14; empty without a page."""
    return f"{first}–{last}" if first and last else str(first or "")


class Citation(NamedTuple):
    """A place in a file; empty where nothing is cited."""

    page: int | None = None
    page_end: int | None = None
    passage: str = ""

    @classmethod
    def of(cls, place: Any) -> "Citation":
        """The place that a link, an opened paper or an entry of a frozen record names; records of before runs of pages name one page."""
        if isinstance(place, Citation):
            return place
        if isinstance(place, Mapping):
            return cls(place.get("page") or None, place.get("page_end") or None, place.get("passage") or "")
        return cls(place.page or None, place.page_end, place.passage)

    @property
    def pages(self) -> str:
        """第12–14页, all that is said of a file too confidential for the reader."""
        return f"第{pages_in_words(self.page, self.page_end)}页" if self.page else ""

    @property
    def words(self) -> str:
        """第12–14页，表3; a long passage is cut."""
        passage = self.passage if len(self.passage) <= MOST_WORDS else f"{self.passage[: MOST_WORDS - 1]}…"
        return "，".join(filter(None, (self.pages, passage)))
