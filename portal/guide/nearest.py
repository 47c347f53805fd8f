"""Sections of the guide that are nearest to a question, by the pairs of characters that both have (pure)."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from portal.guide.library import GuidePage, guide_pages

ASKING = re.compile(
    r"请问|谁来|由谁|谁|多少天|多少|多久|几天|怎么办|怎么"
    r"|怎样|如何|为什么|什么|哪里|哪儿|在哪|能不能|可不可以|是不是|有没有|[吗呢了的我要？?，、\s。]"
)
TITLE, NEAREST, LEAST = 3, 3, 0.6  # weight of a pair in a title; sections shown; share of the question that they have to have


def nearest(pages: Sequence[GuidePage], text: str) -> list[tuple[GuidePage, str]]:
    """Up to three sections, the nearest first; none that lacks most of the question. Pairs that many sections have weigh less."""
    asked = _pairs(text)
    if not asked:
        return []
    places = [(page, piece) for page in pages for piece in page.pieces if piece.title]
    often = Counter(pair for page, piece in places for pair in asked & _written()[page.slug, piece.title])
    found = []
    for at, (page, piece) in enumerate(places):
        titled = asked & _pairs(piece.title) | asked & _pairs(page.title)
        there = titled | asked & _written()[page.slug, piece.title]
        if len(there) >= LEAST * len(asked):
            found.append((-sum((TITLE if pair in titled else 1) / max(often[pair], 1) for pair in there), at, page, piece.title))
    return [(page, title) for _, _, page, title in sorted(found, key=lambda one: one[:2])[:NEAREST]]


def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters, and words of letters and digits as a whole; what only asks is left out."""
    words = re.findall(r"[a-z0-9]+|[\u4e00-\u9fff]+", ASKING.sub(" ", text.lower()))
    return frozenset(pair for word in words for pair in ([word] if word.isascii() else map("".join, pairwise(word))))


@cache
def _written() -> dict[tuple[str, str], frozenset[str]]:
    """Pairs of each section by page and title."""
    return {
        (page.slug, piece.title): _pairs(" ".join((piece.title, *(token.content for token in piece.tokens if token.type == "inline"))))
        for page in guide_pages()
        for piece in page.pieces
    }
