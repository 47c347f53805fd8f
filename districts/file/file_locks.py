"""Registry of reasons that lock a district's data, and of effects of a change of applicant.

*Holds*: while the city examines a case, what it rests on must not change under its hands; a return opens it again.
*Followers*: what has to go along when another body becomes the applicant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Expression, QuerySet, Subquery

from districts.file.models.district import District
from greendistrict.core.errors import Refusal
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class FileLock:
    """Something that may lock a file, found by the query that reads the district.

    ``mark()`` is a subquery over the district's key (``OuterRef("pk")``): one value while the file is held, none while it is free.
    ``words(mark)`` is the refusal to show.
    """

    mark: Callable[[], Expression | Subquery]
    words: Callable[[Any], Refusal]


Follower = Callable[[District], int]
_holds: Registry[FileLock] = Registry("holds of a district's file")
_followers: Registry[Follower] = Registry("what follows a new applicant")


def register(key: str, hold: FileLock) -> None:
    """Register something that may lock a file."""
    _holds.register(f"_hold_{key}", hold)


def register_follower(key: str, follower: Follower) -> None:
    """Register what is transferred to a new applicant: ``follower(district)`` transfers it and returns how many."""
    _followers.register(key, follower)


def marked(districts: QuerySet[District]) -> QuerySet[District]:
    """Districts annotated with what ``lock_reasons`` reads."""
    return districts.annotate(**{name: hold.mark() for name, hold in _holds.by_key.items()})


def lock_reasons(district: District) -> list[Refusal]:
    """Reasons why the file was locked when ``marked`` read the district; empty when open. Without a query, for pages."""
    found = [hold.words(mark) for name, hold in _holds.by_key.items() if (mark := getattr(district, name)) is not None]
    if district.merged_into_id:
        found.append(Refusal(f"已并入{district.merged_into}，资料不再修改", remedy="请在并入的城区办理"))
    return found


def is_marked(district: District) -> bool:
    """Whether the district was read by ``marked``, so that ``lock_reasons`` can say why its file is locked."""
    return all(hasattr(district, name) for name in _holds.by_key)


def held(district: District) -> list[Refusal]:
    """Reasons why the file is locked now; empty when open."""
    return lock_reasons(marked(District.objects.all()).get(pk=district.pk))


def follow(district: District) -> int:
    """Transfer everything registered to the district's new applicant; returns how many."""
    return sum(follower(district) for follower in _followers)
