"""Registry of what the app with the cases tells of a district's file."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Exists

from districts.file.models.district import District
from greendistrict.core.errors import Refusal
from greendistrict.core.registry import Registry


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
    """The one registered entry. Raises ``ValueError`` if there is none or more than one."""
    (only,) = cases_on_file
    return only
