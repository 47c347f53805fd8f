"""Visible consultations, whether a department is consulted, and who may add a file to a case."""

from django.db.models import Model, QuerySet

from approvals.cases.enums import AT_HEARING, CaseState
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city, is_designated_body, is_secretary, is_signer, may_edit_case
from approvals.cases.selectors.cases import cases_visible_to
from approvals.common.enums import CaseKind
from approvals.consultations.models import AWAITED, Consultation
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts, has_people_by
from greendistrict.accounts.viewer import Viewer


def may_add_file(held: HeldPosts, case: Model) -> bool:
    """Whether the person may add a file to the case: the applicant while it holds the case, the endorsing body, the city."""
    if not isinstance(case, Case):
        return False
    endorsing = case.status == CaseState.ENDORSING and is_designated_body(held, case)
    stating = case.kind == CaseKind.LOSS and case.status in AT_HEARING and is_signer(held, case)
    return endorsing or stating or may_edit_case(held, case) or is_city(held) or is_secretary(held, case) or is_consulted(held, case)


def is_consulted(held: HeldPosts, case: Case) -> bool:
    """Whether the person's department is consulted on this case and has not answered yet."""
    own = held.organisations_as(Role.PARTNER)
    return bool(own) and case.consultations.filter(AWAITED, department__in=own).exists()


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
