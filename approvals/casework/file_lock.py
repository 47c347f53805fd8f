"""What cases do to the file of their district: the city locks it while it examines one that is based on it, until it returns it.

Also here: Which cases of a district count as filed for each side, beginning when that side can see them (``selectors.cases_visible_to``).
"""

from collections.abc import Iterable, Mapping

from django.db.models import Exists, OuterRef

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.common.enums import CaseKind
from districts.file.file_locks import CasesOnFile, Side
from districts.file.models.district import District
from greendistrict.core.errors import Refusal

SINCE = {Side.CITY: "sent_at", Side.SECRETARIAT: "accepted_at", Side.BUREAU: "submitted_at"}


def filed(side: Side) -> Exists:
    """``Exists`` of a pilot application of the district that ``side`` can see; one withdrawn before that does not count."""
    cases = Case.objects.filter(district=OuterRef("pk"), kind=CaseKind.APPLICATION)
    return Exists(cases.filter(**{f"{SINCE[side]}__isnull": False}))


KINDS = (CaseKind.APPLICATION, CaseKind.ACCEPTANCE)
# States in which the leading body or the city holds the case; 待补正 and 修改后重审 give it back to the applicant.
HELD = (
    CaseState.ENDORSING,
    CaseState.SENT,
    CaseState.ACCEPTED,
    CaseState.VISITING,
    CaseState.REVIEWING,
    CaseState.REVIEWED,
    CaseState.NOTICE,
    CaseState.CHECKING,
    CaseState.DECIDING,
    CaseState.DECIDED,
)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


# Kind and number of the case that locks a district's file.
MARK = f"""
    SELECT json_build_object('kind', c.kind, 'number', c.number) FROM approvals_case c
    WHERE c.district_id = district.id AND c.kind IN ({_listed(KINDS)}) AND c.status IN ({_listed(HELD)}) LIMIT 1
"""  # noqa: S608 -- kinds and states of the program


def _words(mark: Mapping[str, str]) -> Refusal:
    text = f"{CaseKind(mark['kind']).label}{mark['number'] or ''}正在办理，城区资料不能修改"
    return Refusal(text, remedy="需要修改的，请办理单位退回或发出补正后再改")


def follow_applicant(district: District) -> int:
    """Transfer open cases of an untitled district to its new applicant; a change stays with its applicant."""
    open_cases = Case.objects.filter(district=district).exclude(status__in=CLOSED_STATES).exclude(kind=CaseKind.CHANGE)
    return open_cases.update(applicant=district.applicant)


CASES_ON_FILE = CasesOnFile(MARK, _words, filed, follow_applicant)
