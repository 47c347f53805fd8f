"""Search results, and query conditions for searched words."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from greendistrict.core.pinyin import keyed, search_key
from portal.search.models import SearchName

MOST = 20
LONGEST = 60
PINYIN = re.compile(r"[a-z]{2,}")
BETWEEN = re.compile(r"[\s()（）“”、，]+")


@dataclass(frozen=True)
class Hit:
    """A search result."""

    title: str
    note: str
    href: str
    is_demo: bool = False


@dataclass(frozen=True)
class HitGroup:
    """Results of one kind; ``more`` says that there are further ones."""

    title: str
    hits: list[Hit]
    more: bool


def clean(text: str) -> str:
    """The search text: full-width characters converted, spaces collapsed, at most 60 characters."""
    return " ".join(unicodedata.normalize("NFKC", text).split())[:LONGEST]


def group(title: str, hits: Iterable[Hit]) -> HitGroup:
    """Results of one kind, limited to ``MOST``."""
    found = list(hits)
    return HitGroup(title, found[:MOST], len(found) > MOST)


def words_of(text: str) -> list[str]:
    """Searched words; brackets separate words, because names may contain either kind of bracket."""
    return [word for word in BETWEEN.split(text.lower()) if word]


def names_like(word: str) -> QuerySet[SearchName, str]:
    """Names whose pinyin or initials contain the word."""
    return SearchName.objects.filter(key__contains=word).values_list("text", flat=True)


def matches(text: str, named: str, *others: str) -> Q:
    """Condition: each word occurs in the name field (as characters or pinyin) or in one of the other fields."""
    condition = Q()
    for word in words_of(text):
        found = Q()
        for field in (named, *others):
            found |= Q(**{f"{field}__icontains": word})
        if PINYIN.fullmatch(word):
            found |= Q(**{f"{named}__in": names_like(word)})
        condition &= found
    return condition


def of_district(text: str, prefix: str = "") -> Q:
    """Condition: each word occurs in a district's name or alias, as characters, pinyin or initials."""
    field = f"{prefix}search_text__contains"
    condition = Q()
    for word in words_of(text):
        condition &= Q(**{field: word}) | Q(**{field: search_key(word).split(" ")[0]})
    return condition


def is_like(text: str, *names: str) -> bool:
    """Whether each word occurs in one of the names, as characters, pinyin or initials; for lists outside the database."""
    keys = [keyed(name) for name in names]
    return all(any(word in key for key in keys) for word in words_of(text))
