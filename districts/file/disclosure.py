"""From when the city may read the file of a candidate (培育) district: once an application is filed.

Used by ``rules.may_read_file`` for one district and ``selectors.files_visible_to`` for all; the app with the cases registers what has been
filed, in ``AppConfig.ready()``. Districts with a present or past title, and records without an applicant, are always open.
"""

from collections.abc import Callable
from enum import StrEnum

from django.db.models import Exists, Q

from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.core.registry import Registry


class Side(StrEnum):
    """A side that reads filed files; the sides differ in the moment from which they see a case."""

    CITY = "city"
    SECRETARIAT = "secretariat"
    BUREAU = "bureau"


WORKING = Q(stage=Stage.CANDIDATE, applicant__isnull=False)
_filings: Registry[Callable[[Side], Exists]] = Registry(
    "what counts as filed", entry="what counts as filed: from then on the city reads a candidate's file"
)


def register(key: str, filing: Callable[[Side], Exists]) -> None:
    """Register what counts as filed: a subquery over the district's key (``OuterRef("pk")``)."""
    _filings.register(key, filing)


def filed_to(*sides: Side) -> Q:
    """Condition for districts that have filed something visible to one of these sides."""
    condition = Q(pk__in=())
    for side in sides:
        for filing in _filings:
            condition |= Q(filing(side))
    return condition


def open_to(*sides: Side) -> Q:
    """Condition for districts whose file is open to one of these sides."""
    return ~WORKING | filed_to(*sides)


def is_open_to(district: District, *sides: Side) -> bool:
    """As ``open_to`` for one district; no query if the district is always open."""
    if district.stage != Stage.CANDIDATE or district.applicant_id is None:
        return bool(sides)
    return District.objects.filter(open_to(*sides), pk=district.pk).exists() if sides else False
