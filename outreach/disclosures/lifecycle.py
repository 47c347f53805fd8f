"""State machine of a remedy against a reply; the stages are those of all remedies, the outcome is confirmed by the city's checker."""

from dataclasses import replace

from approvals.remedies.guards import another_person
from approvals.remedies.lifecycle import APPEALED, CLOSED, FOUND, JUDGED, OPEN, proceedings
from approvals.titles.enums import RemedyState
from greendistrict.workflow.machine import Machine, Seat, Transition
from outreach.disclosures.models import DisclosureRemedy
from outreach.disclosures.rules import confirms_remedy

CHECKER = Seat("city_checker", "市级审核", confirms_remedy)
CONFIRM = Transition(
    "confirm",
    "核对办结",
    ("found",),
    "closed",
    (CHECKER,),
    (another_person,),
    tone="primary",
    confirm=True,
    message="撤销、确认无效或者变更为重新答复的，原答复不再有效，申请重新答复；其他结果，原答复继续有效",
)

DISCLOSURE_REMEDY = Machine(
    name="disclosure_remedy",
    title="政府信息公开答复的复议与诉讼",
    model=DisclosureRemedy._meta.label,
    initial=RemedyState.OPEN,
    states=(OPEN, JUDGED, APPEALED, replace(FOUND, label="结果已登记，待核对"), CLOSED),
    transitions=proceedings(CHECKER, confirms=(CONFIRM,)),
)
