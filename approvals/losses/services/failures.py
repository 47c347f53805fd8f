"""Opens a draft loss of title after repeated failed city assessments; registered with ``workflow.on``, in the same transaction."""

from typing import Any

from approvals.losses.city_assessments import failures_in_a_row
from approvals.losses.facts import failures_asked
from approvals.losses.services.losses import open_on_failures
from assessments.post_evaluations.models import PostEvaluation
from assessments.stage_assessments.models.stage import StageAssessment
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.workflow.procedure import notify_event


def assessment_failed(*, record: Any, obj: StageAssessment | PostEvaluation, by: User, payload: Any) -> None:
    """Count the consecutive failures including this one, and open a draft if the policy's number is reached."""
    del payload
    today = clock.today()
    asked = failures_asked(today)
    before = [one for one in failures_in_a_row(obj.district, today) if one.source != str(obj)]
    if asked is None or len(before) + 1 < asked:
        return
    case = open_on_failures(district=obj.district, by=by)
    if case is None:
        return
    body = "由经办核实是否未按要求实施，写明事实和依据；不应撤销的，写明理由终止。依据：八（四）。"
    notify_event(case, "failures", mark=record.pk, reason=body, values={"times": len(before) + 1})
