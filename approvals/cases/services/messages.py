"""Find the people behind the parties of a case."""

from approvals.cases.models.cases import Case
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holding

CITY_SEATS = {
    "city_officer": Role.CITY_OFFICER,
    "city_checker": Role.CITY_CHECKER,
    "city_legal": Role.CITY_LEGAL,
    "city_director": Role.CITY_DIRECTOR,
    "secretariat": Role.SECRETARIAT,
}


def people(case: Case, *parties: str) -> list[User]:
    """People behind the given party keys of a case today, in the order of the keys."""
    return [user for party in parties for user in _party(case, party)]


def _party(case: Case, party: str) -> list[User]:
    if party == "preparer":
        return holding(Role.PREPARER, organisation_ids={case.applicant_id})
    if party == "reviewer":
        return holding(Role.REVIEWER, organisation_ids={case.applicant_id})
    if party == "authority":
        own = set(case.district.authorities.values_list("pk", flat=True))
        own |= set(case.district.authorities.exclude(bodies=None).values_list("bodies", flat=True))
        return holding(Role.AUTHORITY, organisation_ids=own)
    return holding(CITY_SEATS[party])
