"""Whom a filed matter concerns: names of parties turned into people, and bodies whose people may not judge it."""

from collections.abc import Iterable
from typing import Any

from districts.models import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holders

CITY = {"officer": Role.CITY_OFFICER, "checker": Role.CITY_CHECKER, "director": Role.CITY_DIRECTOR, "secretary": Role.SECRETARIAT}
APPLICANT = {"filler": Role.PREPARER, "preparer": Role.PREPARER, "signer": Role.REVIEWER}


def people_of(district: District, parties: Iterable[str]) -> list[User]:
    """Everybody behind the names, each once: posts of the city, ``filler`` or ``preparer``, ``signer`` of the applicant, ``authority``."""
    found: dict[int, User] = {}
    for party in parties:
        if party in CITY:
            people = holders(CITY[party])
        elif party == "authority":
            people = holders(Role.AUTHORITY, organisation_ids=bodies_of(district))
        else:
            people = holders(APPLICANT[party], organisation_ids={district.applicant_id or 0})
        found |= {user.pk: user for user in people}
    return list(found.values())


def bodies_of(district: District) -> set[int]:
    """Implementing bodies of a district and the designated bodies below them."""
    leading = set(district.authorities.values_list("pk", flat=True))
    return leading | set(Organisation.objects.filter(parent__in=leading).values_list("pk", flat=True))


def judged_parties(district: District, applicant: Organisation | None) -> list[dict[str, Any]]:
    """Bodies whose people may not judge the district: applicant, consultants whatever their mandate's term, authorities, their bodies."""
    found = [("申报主体", applicant)] if applicant else []
    found += [("咨询单位", mandate.organisation) for mandate in district.mandates.select_related("organisation")]
    for authority in district.authorities.prefetch_related("bodies"):
        found += [("实施主体", authority), *(("区级部门", body) for body in authority.bodies.all())]
    named = {body.pk: (role, body) for role, body in reversed(found)}
    return [{"role": role, "organisation_id": body.pk, "name": body.name, "group": body.group} for role, body in named.values()]
