"""From when the city may read the file of a candidate (培育) district: once an application is filed.

Used by ``rules.may_read_file`` for one district and ``selectors.files_visible_to`` for all. Districts with a present or past title, and
records without an applicant, are always open.
"""

from django.db.models import Q

from districts.common.enums import Stage
from districts.file.models.district import District
from districts.file.registry import Side, the_cases

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
