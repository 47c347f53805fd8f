"""Faults of templates: a figure, a text or an attribute taken out, a condition fixed, a loop without rows."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from greendistrict.core.loader import PIECE, TEMPLATE_TAG, joined

TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
WORD = re.compile(r"\{%\s*(\w+)")
CONDITION = re.compile(r"\{%\s*((?:el)?if)\b.*%\}", re.DOTALL)
LOOP = re.compile(r"(\{%\s*for\b.*?\sin\s).*%\}", re.DOTALL)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ATTRIBUTE = re.compile(
    r"\s(?:(?:aria|data|hx)-[\w-]+|title|href|action|method|name|value|type|for|id|required|min|max|accept)"
    rf'="(?>{TEMPLATE_TAG}|[^"])*+"',
    re.DOTALL,
)
WHOLE = -1


class Site(NamedTuple):
    """A fault of a template: where in its source, by what it is replaced, and the nodes around it as positions in the joined source."""

    kind: str
    start: int
    end: int
    instead: str
    nodes: tuple[int, ...]


def sites(source: str, *, page: bool) -> list[Site]:
    """Faults of a template in source order; ``page`` says that the loader joins its lines."""
    tags = list(TAG.finditer(source))
    positions = [one.start() for one in TAG.finditer(joined(source) if page else source)]
    around = _around(tags, positions)
    starts = [one.start() for one in tags]
    found = []
    for kind, start, end, instead in sorted({*_of_tags(tags), *(_of_text(source) if page else ())}):
        place = bisect_right(starts, start) - 1
        own = (positions[place],) if place >= 0 and starts[place] == start and not tags[place][0].startswith("{% el") else ()
        found.append(Site(kind, start, end, instead, (*own, *(around[place] if place >= 0 else ()), WHOLE)))
    return found


def planted(source: str, site: Site) -> str:
    """Source with the fault."""
    return source[: site.start] + site.instead + source[site.end :]


def _around(tags: list[re.Match[str]], positions: list[int]) -> list[tuple[int, ...]]:
    """For each tag the positions of the blocks that are open behind it, the innermost first."""
    words = [(match[1] if (match := WORD.match(tag[0])) else "") for tag in tags]
    closed = {word.removeprefix("end") for word in words if word.startswith("end")}
    waiting: list[tuple[str, int]] = []
    found = []
    for word, position in zip(words, positions, strict=True):
        if word in closed:
            waiting.append((word, position))
        elif word.startswith("end") and waiting and waiting[-1][0] == word.removeprefix("end"):
            waiting.pop()
        found.append(tuple(place for _, place in reversed(waiting)))
    return found


def _of_tags(tags: list[re.Match[str]]) -> Iterator[tuple[str, int, int, str]]:
    for tag in tags:
        if tag[0].startswith("{{"):
            yield "figure taken out", *tag.span(), ""
        elif match := CONDITION.fullmatch(tag[0]):
            yield "condition always true", *tag.span(), f"{{% {match[1]} True %}}"
            yield "condition never true", *tag.span(), f"{{% {match[1]} False %}}"
        elif match := LOOP.fullmatch(tag[0]):
            yield "loop emptied", *tag.span(), f'{match[1]}"" %}}'


def _of_text(source: str) -> Iterator[tuple[str, int, int, str]]:
    end = 0
    for piece in PIECE.finditer(source):
        if CHINESE.search(source, end, piece.start()):
            yield "text taken out", end, piece.start(), ""
        end = piece.end()
        if piece["tag"]:
            for match in ATTRIBUTE.finditer(piece[0]):
                yield "attribute taken out", piece.start() + match.start(), piece.start() + match.end(), ""
    if CHINESE.search(source, end):
        yield "text taken out", end, len(source), ""
