"""Permissions on verifications."""

from assessments.common.services import judged_parties
from carbon.verification.models import CarbonVerification, VerificationState
from districts.file.models.district import District
from districts.file.rules import is_authority, may_edit_district
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.selectors import HeldPosts


def may_mandate(held: HeldPosts, district: District) -> bool:
    """Whether the user may mandate a verifier: people acting for the leading body, which owes the report."""
    return is_authority(held, district)


def mandates(held: HeldPosts, verification: CarbonVerification) -> bool:
    """Whether the user may act on an existing mandate: as ``may_mandate``."""
    return may_mandate(held, verification.district)


def verifies(held: HeldPosts, verification: CarbonVerification) -> bool:
    """Whether the person belongs to the mandated body."""
    return verification.body_id in held.organisations_as(Role.VERIFIER)


def releases(held: HeldPosts, verification: CarbonVerification) -> bool:
    """Whether the user may sign what was handed up: another person of the mandated body, or the city's officer, whom the report goes to.

    A body of one person has nobody else; the officer then compares the opinion on paper with what was typed.
    """
    if held.has(Role.CITY_OFFICER):
        return True
    return verifies(held, verification) and held.person != verification.handed_by_id


def may_add_files(held: HeldPosts, owner: object) -> bool:
    """Upload rule of the file registry: the mandated body, while it is checking."""
    return isinstance(owner, CarbonVerification) and may_write(held, owner)


def may_write(held: HeldPosts, verification: CarbonVerification) -> bool:
    """Whether the user may write the verification: the mandated body, while it is being checked."""
    return verification.status == VerificationState.CHECKING and verifies(held, verification)


def may_reply(held: HeldPosts, verification: CarbonVerification) -> bool:
    """Whether the user may reply to findings: editors of the district, while corrections are requested."""
    return verification.status == VerificationState.CORRECTING and may_edit_district(held, verification.district)


def is_independent(body: Organisation, district: District) -> bool:
    """Whether the verifying body is neither a party of the district nor in the same group as one."""
    parties = judged_parties(district, district.applicant)
    near = any(party["organisation_id"] == body.pk or (body.group and party["group"] == body.group) for party in parties)
    return body.kind == OrganisationKind.VERIFIER and not near
