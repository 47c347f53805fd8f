"""Set which bodies must endorse an application."""

from django.db import transaction

from approvals.applications.models import EndorsementChoice
from approvals.cases.models.cases import Case
from approvals.cases.rules import may_set_mode
from approvals.cases.services import held, touch
from approvals.common.enums import EndorsementMode
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused


@transaction.atomic
def set_endorsement_mode(*, case: Case, mode: str, reason: str, by: User, version: int | None = None) -> EndorsementChoice:
    """Set which bodies must endorse the case: by the preparer in the draft, by the officer at receipt; stores person and reason.

    Raises ``NotAllowed``, or ``Refused`` for an unknown mode, an unchanged mode, or without a reason.
    """
    case = held(case, version)
    NotAllowed.unless(may_set_mode(posts_of(by), case), "批复单位由填报人在填报时、市级经办在受理前确认")
    if mode not in EndorsementMode.values:
        raise Refused([Refusal("请选择批复单位", field="mode")])
    if mode == case.endorsement_mode:
        raise Refused([Refusal("已是这一方式", field="mode")])
    if not reason.strip():
        raise Refused([Refusal("请填写理由", field="reason")])
    choice = EndorsementChoice.objects.create(
        case=case, before=case.endorsement_mode, mode=mode, reason=reason.strip(), by=by, at=clock.now()
    )
    case.endorsement_mode = mode
    touch(case, "endorsement_mode")
    audit.record(action="application.endorsement_mode", by=by, obj=case, data={"mode": mode, "reason": choice.reason})
    return choice
