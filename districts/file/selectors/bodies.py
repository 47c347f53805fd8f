"""Bodies of a district by the department they have (``Organisation.departments``), never by their names."""

from django.db.models import Q, QuerySet

from districts.file.models.district import District
from greendistrict.accounts.departments import department_named
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.selectors import organisation_named


def bodies_of(district: District) -> QuerySet[Organisation]:
    """Bureaus below the district's leading bodies, and those leading bodies that have departments themselves (管委会), area by area."""
    leading = district.authorities.order_by().values("pk")
    below = Q(kind=OrganisationKind.BUREAU, parent__in=leading) | ~Q(departments=[]) & Q(pk__in=leading)
    return Organisation.objects.filter(below).order_by("parent__admin_code", "name_pinyin", "pk")


def bodies_with(district: District, department: str) -> list[Organisation]:
    """Bodies that have a department in the district; none is guessed, so the list may be empty."""
    return list(bodies_of(district).filter(departments__contains=[department]))


def areas_without(district: District, department: str) -> list[str]:
    """Leading bodies of the district where nobody has the department: neither they nor a bureau below them."""
    served = {key for body in bodies_with(district, department) for key in (body.pk, body.parent_id)}
    return [str(body) for body in district.authorities.order_by("admin_code", "name_pinyin") if body.pk not in served]


def department_of(word: str) -> str:
    """Key of the department that a recorded word stands for: a department's own name, or the name of a body that has one."""
    if (known := department_named(word)) is not None:
        return str(known)
    body = organisation_named(word.strip())
    return str(body.departments[0]) if body is not None and body.departments else ""
