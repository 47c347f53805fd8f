"""Who may add a file to a case, and whether a department was consulted."""

from django.db.models import Model

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city, is_designated_body, is_secretary, is_signer, may_edit_case
from approvals.common.enums import CaseKind
from approvals.consultations.models import AWAITED
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def may_add_file(user: User, case: Model) -> bool:
    """Whether the person may add a file to the case: the applicant while it holds the case, the endorsing body, the city."""
    if not isinstance(case, Case):
        return False
    endorsing = case.status == CaseState.ENDORSING and is_designated_body(user, case)
    stating = case.kind == CaseKind.LOSS and case.status in {CaseState.HEARING, CaseState.HEARD} and is_signer(user, case)
    return endorsing or stating or may_edit_case(user, case) or is_city(user) or is_secretary(user, case) or is_consulted(user, case)


def is_consulted(user: User, case: Case) -> bool:
    """Whether the person's department is consulted on this case and has not answered yet."""
    own = posts_of(user).organisations_as(Role.PARTNER)
    return bool(own) and case.consultations.filter(AWAITED, department__in=own).exists()
