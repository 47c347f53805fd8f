"""Permissions on verifications."""

from assessments.common.services.parties import judged_parties
from carbon.verification.enums import VerificationState
from carbon.verification.models import CarbonVerification
from districts.file.models.district import District
from districts.file.rules import is_authority, may_edit_district
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of


def may_mandate(user: User, district: District) -> bool:
    """Who mandates a verifier: who acts for the leading body, which owes the report."""
    return is_authority(user, district)


def mandates(user: User, verification: CarbonVerification) -> bool:
    """The same, of a mandate that was given."""
    return may_mandate(user, verification.district)


def verifies(user: User, verification: CarbonVerification) -> bool:
    """A person of the mandated body."""
    return verification.body_id in posts_of(user).organisations_as(Role.VERIFIER)


def may_write(user: User, verification: CarbonVerification) -> bool:
    """The verifier while it checks."""
    return verification.status == VerificationState.CHECKING and verifies(user, verification)


def may_reply(user: User, verification: CarbonVerification) -> bool:
    """Who fills in the inventory, while corrections are asked."""
    return verification.status == VerificationState.CORRECTING and may_edit_district(user, verification.district)


def is_independent(body: Organisation, district: District) -> bool:
    """A verifying body that is neither party of the district nor of the group of one."""
    parties = judged_parties(district, district.applicant)
    near = any(party["organisation_id"] == body.pk or (body.group and party["group"] == body.group) for party in parties)
    return body.kind == OrganisationKind.VERIFIER and not near
