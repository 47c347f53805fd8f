"""Steps of a request for recusal: both answers are sent to the applicant."""

from django.urls import reverse

from assessments.common.services import district_parties
from assessments.recusals import selectors, services
from assessments.recusals.forms import RequestAnswerForm
from assessments.recusals.lifecycle import RECUSAL
from assessments.recusals.models import RecusalRequest
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import BEGUN, Event, Note, Procedure, Step, Taken, row_lock


def _note(taken: Taken) -> Note:
    """Message about a request; names the district but not the person."""
    request, district = taken.obj, taken.obj.table.district
    what = "申报单位提出回避申请" if taken.record.action == BEGUN else f"回避申请{RECUSAL.state(taken.record.target).label}"
    return Note(what, str(district), reverse("assessments:recusals", args=[request.table_id]), district.is_demo)


ANSWER = Step(form=RequestAnswerForm, facts=("frozen",), effect=services.on_answer, informed=("applicant",), message=Message.EXPERT_POOL)
RECUSAL_STEPS = Procedure(
    machine=RECUSAL,
    lock=row_lock(RecusalRequest, "table__district", "by"),
    words=_note,
    facts={"frozen": selectors.is_list_frozen},
    parties=district_parties(lambda request: request.table.district),
    events={BEGUN: Event(turn=("secretariat",), message=Message.EXPERT_POOL)},
    steps={"grant": ANSWER, "refuse": ANSWER},
)
