"""Visible consultations."""

from django.db.models import QuerySet

from approvals.cases.selectors.cases import cases_visible_to
from approvals.consultations.models import Consultation
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import has_people_by
from greendistrict.accounts.viewer import Viewer


def consultations_visible_to(viewer: Viewer) -> QuerySet[Consultation]:
    """Consultations a person may see: of visible cases for city and secretariat; for a department its own."""
    held = viewer.held
    rows = Consultation.objects.filter(case__in=cases_visible_to(viewer)).select_related(
        "case__district", "case__applicant", "department", "asked_by", "answered_by", "document"
    )
    rows = rows.annotate(is_owed=has_people_by("department", "due"))
    if held.is_city or held.has(Role.SECRETARIAT):
        return rows
    return rows.filter(department__in=held.organisations_as(Role.PARTNER))
