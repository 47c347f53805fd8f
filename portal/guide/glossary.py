"""Meanings of the portal's words, taken from the glossary page of the guide."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from portal.guide.library import guide_pages

GLOSSARY = "glossary"


def meaning_of(word: str) -> str:
    """Meaning of a word as plain text. Raises ``KeyError`` if the glossary lacks it."""
    return _meanings()[word]


@cache
def _meanings() -> Mapping[str, str]:
    page = next(page for page in guide_pages() if page.slug == GLOSSARY)
    return MappingProxyType(
        {piece.title: " ".join(token.content for token in piece.tokens if token.type == "inline") for piece in page.pieces}
    )
