"""Determine by one statement which tables contain the searched words, so that other groups need no query.

It checks no permissions and returns no rows: a group with possible results still uses the selector of its pages.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from django.db import connection
from django.db.models import Model

from districts.file.models.district import District
from greendistrict.core.pinyin import search_key
from portal.search.models import SearchName
from portal.search.selectors.hits import PINYIN, words_of


@dataclass(frozen=True)
class SearchedTable:
    """Fields of a table that are searched, the pinyin field first; ``of_district``: the name of its district is searched too.

    Every row that the group can find matches, but not every match is found by the group.
    """

    model: type[Model]
    fields: tuple[str, ...]
    of_district: bool = False


def occupied(groups: Sequence[tuple[SearchedTable, ...]], text: str) -> Collection[int]:
    """Positions of the groups whose tables contain all words, and of groups without tables."""
    words = words_of(text)
    like = [_like(word) for word in words]
    named = like + [_like(search_key(word).split(" ")[0]) for word in words]
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(groups), any(map(PINYIN.fullmatch, words))), {"words": like, "named": named})
        found = {position for (position,) in cursor.fetchall()}
    return found | {position for position, places in enumerate(groups) if not places}


def _like(word: str) -> str:
    return f"%{connection.ops.prep_for_like_query(word)}%"


@cache
def _statement(groups: tuple[tuple[SearchedTable, ...], ...], in_pinyin: bool) -> str:  # noqa: FBT001 -- one of the two statements
    parts = [
        f"SELECT {position} WHERE {' OR '.join(_stands(place, in_pinyin=in_pinyin) for place in places)}"
        for position, places in enumerate(groups)
        if places
    ]
    named = f"SELECT id FROM {District._meta.db_table} WHERE search_text LIKE ANY (%(named)s)"  # noqa: S608 -- a table of models
    asked = "SELECT array_agg(upper(word)) AS words FROM unnest(%(words)s::text[]) AS word"
    return f"WITH asked AS MATERIALIZED ({asked}), named AS MATERIALIZED ({named}) {' UNION ALL '.join(parts)}"


def _stands(place: SearchedTable, *, in_pinyin: bool) -> str:
    """SQL condition that a row contains the words; fields are joined by spaces, which words do not contain."""
    meta = place.model._meta
    held = {field.name: field.column for field in meta.concrete_fields}
    columns = [f'place."{held[name]}"' for name in place.fields]
    join = f" LEFT JOIN {SearchName._meta.db_table} AS sound ON sound.text = {columns[0]}" if in_pinyin else ""
    searched = " || ' ' || ".join(f"coalesce({column}, '')" for column in [*columns, *(["sound.key"] if in_pinyin else [])])
    rows = f"{meta.db_table} AS place{join}"
    found = f"EXISTS (SELECT FROM {rows} WHERE upper({searched}) LIKE ALL ((SELECT words FROM asked)::text[]))"  # noqa: S608 -- the same
    if place.of_district:
        found += f" OR EXISTS (SELECT FROM {meta.db_table} AS place WHERE place.district_id IN (SELECT id FROM named))"  # noqa: S608 -- the same
    return found
