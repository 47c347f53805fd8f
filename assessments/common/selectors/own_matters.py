"""Query conditions for matters of the districts that a person works for."""

from django.db.models import Q

from districts.file.models.district import ConsultantMandate
from districts.file.rules import bodies_as, mandate_in_force
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer


def own_people(viewer: Viewer) -> Q:
    """Condition for matters of districts the user fills in or signs for, as the applicant or its authorised consultant."""
    held = viewer.held
    mandates = ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=held.organisations_as(Role.CONSULTANT))
    return Q(district__applicant__in=held.organisations_as(Role.PREPARER, Role.REVIEWER)) | Q(district__mandates__in=mandates.values("pk"))


def own_side(viewer: Viewer) -> Q:
    """As ``own_people``, plus matters of the districts led by the body that the user works for as 区专门机构."""
    return own_people(viewer) | Q(district__authorities__in=bodies_as(viewer.held, Role.AUTHORITY))
