"""Parties of a filed matter: party keys resolved to people, and bodies excluded from judging it."""

from collections.abc import Callable, Iterable
from typing import Any

from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holding
from greendistrict.workflow.procedure import Party

CITY = {
    "city_officer": Role.CITY_OFFICER,
    "city_checker": Role.CITY_CHECKER,
    "city_director": Role.CITY_DIRECTOR,
    "secretariat": Role.SECRETARIAT,
}
APPLICANT = {"filler": Role.PREPARER, "preparer": Role.PREPARER, "reviewer": Role.REVIEWER}


def people_of(district: District, parties: Iterable[str]) -> list[User]:
    """People behind party keys, each once: posts of the city, ``filler``, ``preparer``, ``signer`` of the applicant, ``authority``."""
    found: dict[int, User] = {}
    for party in parties:
        if party in CITY:
            people = holding(CITY[party])
        elif party == "authority":
            people = holding(Role.AUTHORITY, organisation_ids=bodies_of(district))
        else:
            people = holding(APPLICANT[party], organisation_ids={district.applicant_id or 0})
        found |= {user.pk: user for user in people}
    return list(found.values())


# Party of a procedure → its name on pages, and the party keys for ``people_of``.
PARTIES = {
    "applicant": ("申报主体", ("filler", "reviewer")),
    "filler": ("申报主体填报人", ("filler",)),
    "reviewer": ("申报主体审核人", ("reviewer",)),
    "authority": ("区专门机构", ("authority",)),
    "city_officer": ("市级经办", ("city_officer",)),
    "city_checker": ("市级审核", ("city_checker",)),
    "city_director": ("市级审定", ("city_director",)),
    "secretariat": ("评审秘书", ("secretariat",)),
}


def district_parties(district_of: Callable[[Any], District]) -> dict[str, Party]:
    """Parties of a matter that belongs to a district."""
    return {key: _party(label, names, district_of) for key, (label, names) in PARTIES.items()}


def city_parties() -> dict[str, Party]:
    """Parties of the city and the secretariat, whatever the matter."""
    return {key: _post(PARTIES[key][0], role) for key, role in CITY.items()}


def _post(label: str, role: Role) -> Party:
    return Party(label, lambda _obj, _source: holding(role))


def _party(label: str, names: tuple[str, ...], district_of: Callable[[Any], District]) -> Party:
    return Party(label, lambda obj, _source: people_of(district_of(obj), names))


def bodies_of(district: District) -> set[int]:
    """Keys of a district's implementing bodies and the designated bodies below them."""
    leading = set(district.authorities.values_list("pk", flat=True))
    return leading | set(Organisation.objects.filter(parent__in=leading).values_list("pk", flat=True))


def judged_parties(district: District, applicant: Organisation | None) -> list[dict[str, Any]]:
    """Bodies whose people may not judge the district: applicant, all consultants, authorities and their bodies."""
    found = [("申报主体", applicant)] if applicant else []
    found += [("咨询单位", mandate.organisation) for mandate in district.mandates.select_related("organisation")]
    for authority in district.authorities.prefetch_related("bodies"):
        found += [("实施主体", authority), *(("区级部门", body) for body in authority.bodies.all())]
    named = {body.pk: (role, body) for role, body in reversed(found)}
    return [{"role": role, "organisation_id": body.pk, "name": body.name, "group": body.group} for role, body in named.values()]
