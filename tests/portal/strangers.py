"""Roles of bodies: somebody of such a role from a body of its own has nothing to do with any matter."""

from greendistrict.accounts.enums import OrganisationKind, Role

STRANGERS = {
    Role.PREPARER: OrganisationKind.APPLICANT,
    Role.CONSULTANT: OrganisationKind.CONSULTANT,
    Role.AUTHORITY: OrganisationKind.AUTHORITY,
    Role.BUREAU: OrganisationKind.BUREAU,
    Role.VERIFIER: OrganisationKind.VERIFIER,
    Role.EXPERT: OrganisationKind.EXPERT,
}
