"""Who may add a file to a case, and whether a department was consulted."""

from django.db.models import Model

from approvals.cases.enums import AT_HEARING, CaseState
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city, is_designated_body, is_secretary, is_signer, may_edit_case
from approvals.common.enums import CaseKind
from approvals.consultations.models import AWAITED
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


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
