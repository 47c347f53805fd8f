"""Registry of reasons that lock a district's data, and of effects of a change of applicant.

*Holds*: while the city examines a case, the data it is based on are locked; a return unlocks them.
*Followers*: data to be transferred when another body becomes the applicant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models.expressions import RawSQL

from districts.file.models.district import District
from greendistrict.accounts.models import Organisation
from greendistrict.core.django_internals import Joined, fill_relations
from greendistrict.core.errors import Refusal
from greendistrict.core.registry import Registry
from indicators.editions.models import Edition


@dataclass(frozen=True)
class FileLock:
    """A possible lock of a file, evaluated in the query that reads the district.

    ``mark`` is SQL for one value over ``district``: NULL if the file is not locked. ``words(mark)`` is the refusal to show.
    """

    mark: str
    words: Callable[[Any], Refusal]


Follower = Callable[[District], int]
_holds: Registry[FileLock] = Registry(
    "holds of a district's file", entry="why a district's file cannot be changed now (a case under examination)"
)
# Every page of a district starts with this query.
MARKED = """
    SELECT {{district}}, {{applicant}}, {{edition}}{marks} FROM districts_district district
    LEFT JOIN accounts_organisation applicant ON applicant.id = district.applicant_id
    LEFT JOIN indicators_edition edition ON edition.id = district.edition_id
    WHERE district.{key} = %s
"""
_followers: Registry[Follower] = Registry("what follows a new applicant", entry="what goes along when another body becomes the applicant")


def register(key: str, hold: FileLock) -> None:
    """Register a possible lock of files."""
    _holds.register(f"_hold_{key}", hold)


def register_follower(key: str, follower: Follower) -> None:
    """Register data to transfer to a new applicant: ``follower(district)`` transfers them and returns how many."""
    _followers.register(key, follower)


def marked(key: str, value: object) -> District | None:
    """The district whose ``key`` (``id``, ``code``) equals the value, with applicant, edition and lock marks; one query.

    None if missing.
    """
    found = _statement(key, tuple(hold.mark for hold in _holds)).read(value)
    if not found:
        return None
    row = found[0]
    district: District = row["district"]
    fill_relations(district, {"applicant": row["applicant"], "edition": row["edition"]})
    vars(district).update(zip(_holds.by_key, row["beside"], strict=True))
    return district


@cache
def _statement(key: str, marks: tuple[str, ...]) -> Joined:
    models = {"district": District, "applicant": Organisation, "edition": Edition}
    fields = {alias: (model, [field.name for field in model._meta.concrete_fields]) for alias, model in models.items()}
    return Joined(MARKED.format(key=key, marks="".join(f", ({mark})" for mark in marks)), **fields)


def lock_reasons(district: District) -> list[Refusal]:
    """Reasons why the file is locked; empty if it is open. As ``marked`` read the district, without a query; else by one."""
    if any(name not in vars(district) for name in _holds.by_key):
        return held(district)
    found = [hold.words(mark) for name, hold in _holds.by_key.items() if (mark := getattr(district, name)) is not None]
    if district.merged_into_id:
        found.append(Refusal(f"已并入{district.merged_into}，资料不再修改", remedy="请在并入的城区办理"))
    return found


def held(district: District) -> list[Refusal]:
    """Reasons why the file is locked now, by a query; empty if it is open."""
    fresh = marked("id", district.pk)
    return lock_reasons(fresh) if fresh else []


def locked_districts() -> RawSQL:
    """Keys of the districts whose file is locked, for conditions of queries: what cannot be filled in now is nobody's task."""
    marks = [f"({hold.mark}) IS NOT NULL" for hold in _holds]
    locked = " OR ".join(["district.merged_into_id IS NOT NULL", *marks])
    return RawSQL(f"SELECT district.id FROM districts_district district WHERE {locked}", ())  # noqa: S608, S611 -- marks of the program


def follow(district: District) -> int:
    """Transfer all registered data to the district's new applicant; returns how many."""
    return sum(follower(district) for follower in _followers)
