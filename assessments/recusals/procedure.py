"""Steps of a request for recusal: both answers go back to the applicant."""

from assessments.common.services.parties import district_parties
from assessments.experts.forms import RequestAnswerForm
from assessments.recusals import selectors, services
from assessments.recusals.lifecycle import RECUSAL
from assessments.recusals.models import RecusalRequest
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Note, Procedure, Step, Taken, row_lock


def _note(taken: Taken, _step: Step) -> Note:
    return services.note_of(taken.obj, f"回避申请{RECUSAL.state(taken.record.target).label}")


ANSWER = Step(form=RequestAnswerForm, facts=("frozen",), effect=services.on_answer, informed=("applicant",), message=Message.EXPERT_POOL)
RECUSAL_STEPS = Procedure(
    machine=RECUSAL,
    lock=row_lock(RecusalRequest, "table__district", "by"),
    words=_note,
    facts={"frozen": selectors.is_list_frozen},
    parties=district_parties(lambda request: request.table.district),
    steps={"grant": ANSWER, "refuse": ANSWER},
)
