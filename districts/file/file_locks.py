"""Registry of reasons that lock a district's data, and of effects of a change of applicant.

*Holds*: while the city examines a case, the data it rests on are locked; a return opens them again.
*Followers*: what has to go along when another body becomes the applicant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from districts.file.models.district import District
from greendistrict.accounts.models import Organisation
from greendistrict.core.errors import Refusal
from greendistrict.core.registry import Registry
from greendistrict.core.sql_objects import Joined
from indicators.editions.models import Edition


@dataclass(frozen=True)
class FileLock:
    """Something that may lock a file, found by the query that reads the district.

    ``mark`` is the SQL of one value over ``district``: NULL while the file is free. ``words(mark)`` is the refusal to show.
    """

    mark: str
    words: Callable[[Any], Refusal]


Follower = Callable[[District], int]
_holds: Registry[FileLock] = Registry("holds of a district's file")
# Every page of a district begins with it.
MARKED = """
    SELECT {{district}}, {{applicant}}, {{edition}}{marks} FROM districts_district district
    LEFT JOIN accounts_organisation applicant ON applicant.id = district.applicant_id
    LEFT JOIN indicators_edition edition ON edition.id = district.edition_id
    WHERE district.{key} = %s
"""
_followers: Registry[Follower] = Registry("what follows a new applicant")


def register(key: str, hold: FileLock) -> None:
    """Register something that may lock a file."""
    _holds.register(f"_hold_{key}", hold)


def register_follower(key: str, follower: Follower) -> None:
    """Register what is transferred to a new applicant: ``follower(district)`` transfers it and returns how many."""
    _followers.register(key, follower)


def marked(key: str, value: object) -> District | None:
    """The district whose ``key`` (``id``, ``code``) has the value, with applicant, edition and what ``lock_reasons`` reads: one query."""
    found = _statement(key, tuple(hold.mark for hold in _holds)).read(value)
    if not found:
        return None
    row = found[0]
    district: District = row["district"]
    district._state.fields_cache.update(applicant=row["applicant"], edition=row["edition"])  # noqa: SLF001 -- as select_related does
    vars(district).update(zip(_holds.by_key, row["beside"], strict=True))
    return district


@cache
def _statement(key: str, marks: tuple[str, ...]) -> Joined:
    models = {"district": District, "applicant": Organisation, "edition": Edition}
    fields = {alias: (model, [field.name for field in model._meta.concrete_fields]) for alias, model in models.items()}
    return Joined(MARKED.format(key=key, marks="".join(f", ({mark})" for mark in marks)), **fields)


def lock_reasons(district: District) -> list[Refusal]:
    """Reasons why the file was locked when ``marked`` read the district; empty when open. Without a query, for pages."""
    found = [hold.words(mark) for name, hold in _holds.by_key.items() if (mark := getattr(district, name)) is not None]
    if district.merged_into_id:
        found.append(Refusal(f"已并入{district.merged_into}，资料不再修改", remedy="请在并入的城区办理"))
    return found


def held(district: District) -> list[Refusal]:
    """Reasons why the file is locked now; empty when open."""
    fresh = marked("id", district.pk)
    return lock_reasons(fresh) if fresh else []


def follow(district: District) -> int:
    """Transfer everything registered to the district's new applicant; returns how many."""
    return sum(follower(district) for follower in _followers)
