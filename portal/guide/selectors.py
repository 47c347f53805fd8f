"""Pages of the guide for one reader: table of contents, sections, search."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from greendistrict.accounts.viewer import Viewer
from greendistrict.policy import parameters
from portal.guide.blocks import BLOCKS
from portal.guide.library import GuideGroup, GuidePage, GuideReader, guide_pages, rendered

LONGEST, MOST, AROUND = 60, 40, 36


@dataclass(frozen=True)
class Section:
    """A section of a page as shown."""

    title: str
    html: SafeString


@dataclass(frozen=True)
class GuideHit:
    """A section found by a search, with the surrounding words."""

    page: GuidePage
    title: str
    href: str
    before: str
    found: str
    after: str


def reader_of(viewer: Viewer) -> GuideReader:
    """The reader with the roles held today and the current settings."""
    roles = frozenset(viewer.held.roles)
    return GuideReader(roles, is_person=viewer.is_somebody, today=viewer.today, settings=parameters.load())


def pages_visible_to(reader: GuideReader) -> list[GuidePage]:
    """Pages for this reader, in the order of the table of contents."""
    return [page for page in guide_pages() if reader.reads(page)]


def contents_for(reader: GuideReader) -> list[tuple[GuideGroup, list[GuidePage]]]:
    """Table of contents by group; among the roles' pages those of the reader come first."""
    pages = sorted(pages_visible_to(reader), key=lambda page: (GuideGroup.values.index(page.group), page.role not in reader.roles))
    return [(group, list(members)) for group, members in groupby(pages, key=lambda page: page.group)]


def page_for(reader: GuideReader, slug: str) -> GuidePage | None:
    """Page with this name if the reader may read it, or None."""
    return next((page for page in pages_visible_to(reader) if page.slug == slug), None)


def sections_of(page: GuidePage, reader: GuideReader) -> list[Section]:
    """The page as this reader sees it."""
    return [Section(piece.title, rendered(piece, reader, BLOCKS)) for piece in page.pieces]


def clean(text: str) -> str:
    """The search text: limited in length, without surrounding spaces."""
    return text.replace("\x00", "").strip()[:LONGEST]


def hits_for(reader: GuideReader, text: str) -> list[GuideHit]:
    """Sections that contain the text, those with it in the title first; case is ignored."""
    if not text:
        return []
    found = sorted(_hits(reader, text.casefold()), key=lambda pair: pair[0])
    return [hit for _, hit in found[:MOST]]


def _hits(reader: GuideReader, text: str) -> Iterator[tuple[bool, GuideHit]]:
    """(whether only the body matches, section), in the order of the guide."""
    for page in pages_visible_to(reader):
        for section in sections_of(page, reader):
            words = " ".join(strip_tags(section.html.replace("><", "> <")).split())
            in_title = text in section.title.casefold() or text in page.title.casefold()
            place = words.casefold().find(text)
            if in_title or place >= 0:
                address = reverse("portal:guide_page", args=[page.slug])
                href = f"{address}#{section.title}" if section.title else address
                yield not in_title, GuideHit(page, section.title, href, *_cut(words, place, len(text)))


def _cut(words: str, place: int, length: int) -> tuple[str, str, str]:
    """The match with its context as (before, match, after); the beginning of the section if only the title matches."""
    if place < 0:
        return words[: 2 * AROUND], "", ""
    end = place + length
    return words[max(0, place - AROUND) : place], words[place:end], words[end : end + AROUND * 2]
