"""While the city examines a case, the file it rests on stands still; a return opens it again."""

from approvals.enums import CaseKind
from approvals.models import CLOSED_STATES, Case
from districts.models import District
from greendistrict.core.errors import Refusal

KINDS = (CaseKind.APPLICATION, CaseKind.ACCEPTANCE)
# With the leading body for its endorsement, or with the city; 待补正 and 修改后重审 are returns.
HELD = ("endorsing", "sent", "accepted", "visiting", "reviewing", "reviewed", "notice", "checking", "deciding", "decided")


def held_by_case(district: District) -> Refusal | None:
    """Why the district's file cannot be changed now, if a case holds it."""
    case = Case.objects.filter(district=district, kind__in=KINDS, status__in=HELD).first()
    if case is None:
        return None
    text = f"{case.get_kind_display()}{case.number or ''}正在办理，城区资料不能修改"
    return Refusal(text, remedy="需要修改的，请办理单位退回或发出补正后再改")


def follow_applicant(district: District) -> int:
    """Let the open cases of a district without a title go over to its new applicant; a change stays with who asked for it."""
    open_cases = Case.objects.filter(district=district).exclude(status__in=CLOSED_STATES).exclude(kind=CaseKind.CHANGE)
    return open_cases.update(applicant=district.applicant)
