"""What cases do to a district's file: what locks its data, and from when the city may read a candidate's file.

Also here: Registry of what the app with the cases tells of a district's file. From when the city may read the file of a candidate (培育)
district: once an application is filed. Used by ``rules.may_read_file`` for one district and ``selectors.files_visible_to`` for all.
Districts with a present or past title, and records without an applicant, are always open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from django.db.models import Exists, Q
from django.db.models.expressions import RawSQL

from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation
from greendistrict.core.django_internals import Joined, fill_relations
from greendistrict.core.errors import Refusal
from greendistrict.core.registry import Registry
from indicators.editions.models import Edition


class Side(StrEnum):
    """A side that reads filed files; the sides differ in the moment from which they see a case."""

    CITY = "city"
    SECRETARIAT = "secretariat"
    BUREAU = "bureau"


@dataclass(frozen=True)
class CasesOnFile:
    """What cases do to the file of their district.

    ``mark`` is SQL for one value over ``district``, read with every district: NULL if the file is not locked; ``words(mark)`` is the
    refusal to show. ``filed(side)`` is a subquery over the district's key (``OuterRef("pk")``): what a side sees filed.
    ``follow(district)`` transfers what goes along when another body becomes the applicant and returns how many.
    """

    mark: str
    words: Callable[[Any], Refusal]
    filed: Callable[[Side], Exists]
    follow: Callable[[District], int]


cases_on_file: Registry[CasesOnFile] = Registry(
    "cases on a district's file",
    entry="of cases: why a file cannot be changed now, what counts as filed (the city reads it from then on), what follows a new applicant",
)


def the_cases() -> CasesOnFile:
    """The entry of ``cases_on_file``. Raises ``ValueError`` if there is none or more than one."""
    return cases_on_file.only()


WORKING = Q(stage=Stage.CANDIDATE, applicant__isnull=False)


def filed_to(*sides: Side) -> Q:
    """Condition for districts that have filed something visible to one of these sides."""
    condition = Q(pk__in=())
    for side in sides:
        condition |= Q(the_cases().filed(side))
    return condition


def open_to(*sides: Side) -> Q:
    """Condition for districts whose file is open to one of these sides."""
    return ~WORKING | filed_to(*sides)


def is_open_to(district: District, *sides: Side) -> bool:
    """As ``open_to`` for one district; no query if the district is always open."""
    if district.stage != Stage.CANDIDATE or district.applicant_id is None:
        return bool(sides)
    return District.objects.filter(open_to(*sides), pk=district.pk).exists() if sides else False


# Every page of a district starts with this query.
MARKED = """
    SELECT {{district}}, {{applicant}}, {{edition}}, ({mark}) FROM districts_district district
    LEFT JOIN accounts_organisation applicant ON applicant.id = district.applicant_id
    LEFT JOIN indicators_edition edition ON edition.id = district.edition_id
    WHERE district.{key} = %s
"""
HELD_BY_CASE = "_held_by_case"  # the mark on a district that was read


def marked(key: str, value: object) -> District | None:
    """The district whose ``key`` (``id``, ``code``) equals the value, with applicant, edition and the mark of a lock; one query.

    None if missing.
    """
    found = _statement(key, the_cases().mark).read(value)
    if not found:
        return None
    row = found[0]
    district: District = row["district"]
    fill_relations(district, {"applicant": row["applicant"], "edition": row["edition"]})
    (vars(district)[HELD_BY_CASE],) = row["beside"]
    return district


@cache
def _statement(key: str, mark: str) -> Joined:
    models = {"district": District, "applicant": Organisation, "edition": Edition}
    fields = {alias: (model, [field.name for field in model._meta.concrete_fields]) for alias, model in models.items()}
    return Joined(MARKED.format(key=key, mark=mark), **fields)


def lock_reasons(district: District) -> list[Refusal]:
    """Reasons why the file is locked; empty if it is open. As ``marked`` read the district, without a query; else by one."""
    if HELD_BY_CASE not in vars(district):
        return held(district)
    mark = vars(district)[HELD_BY_CASE]
    found = [] if mark is None else [the_cases().words(mark)]
    if district.merged_into_id:
        found.append(Refusal(f"已并入{district.merged_into}，资料不再修改", remedy="请在并入的城区办理"))
    return found


def held(district: District) -> list[Refusal]:
    """Reasons why the file is locked now, by a query; empty if it is open."""
    fresh = marked("id", district.pk)
    return lock_reasons(fresh) if fresh else []


def locked_districts() -> RawSQL:
    """Keys of the districts whose file is locked, for conditions of queries: what cannot be filled in now is nobody's task."""
    locked = f"district.merged_into_id IS NOT NULL OR ({the_cases().mark}) IS NOT NULL"
    return RawSQL(f"SELECT district.id FROM districts_district district WHERE {locked}", ())  # noqa: S608, S611 -- marks of the program


def follow(district: District) -> int:
    """Transfer what goes along to the district's new applicant; returns how many."""
    return the_cases().follow(district)
