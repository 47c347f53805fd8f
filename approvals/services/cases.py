"""Steps of a pilot application. Each collects facts, calls ``perform`` and carries the effects, in one transaction.

Every service takes ``version`` (what the form was opened with, or None) and raises ``Stale`` when somebody was faster,
``NotAllowed`` when the step is not this person's, ``Refused`` with every reason at once.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals import facts as asked
from approvals.facts import case_facts
from approvals.models import Case
from approvals.rules import came_on_paper
from approvals.services import papers
from approvals.services.steps import locked, move, record_decision, touch
from approvals.slots import FORM_REVIEW
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.core.numbers import next_number
from greendistrict.policy import parameters
from greendistrict.policy.enums import Step
from greendistrict.policy.report import FIELDS

KEPT = (*FIELDS, "title", "reading")


@transaction.atomic
def case_hand_up(*, case: Case, by: User, version: int | None = None) -> Case:
    """提交审核: the preparer hands the draft to the signer once nothing blocks it; the table is locked meanwhile."""
    case = locked(case, version)
    case.handed_by = by
    touch(case, "handed_by")
    move(case, "hand_up", by, facts=case_facts(case, clock.today(), (Step.FILE,)))
    papers.lock_table(case)
    return case


@transaction.atomic
def case_take_back(*, case: Case, by: User, version: int | None = None) -> Case:
    """收回修改: the preparer takes the draft back before it is signed."""
    case = locked(case, version)
    move(case, "take_back", by)
    papers.unlock_table(case)
    return case


@transaction.atomic
def case_return_to_preparer(*, case: Case, by: User, reason: str, version: int | None = None) -> Case:
    """退回修改: the signer wants something mended."""
    case = locked(case, version)
    move(case, "return_to_preparer", by, reason=reason)
    papers.unlock_table(case)
    return case


@transaction.atomic
def case_discard(*, case: Case, by: User, version: int | None = None) -> Case:
    """作废草稿."""
    case = locked(case, version)
    move(case, "discard", by)
    return case


@transaction.atomic
def case_sign(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """签发并提交: rules of step ``file``, table frozen, number given (kept when submitted again), receipt written."""
    return sign_as("sign", case=locked(case, version), by=by, reason=reason, signer=by)


def sign_as(action: str, *, case: Case, by: User, reason: str, signer: User | None) -> Case:
    """What signing does, by the signer or entered for it from paper (``signer`` None); needs the locked case."""
    now = clock.now()
    facts = case_facts(case, now.date(), (Step.FILE,))
    move(case, action, by, facts=facts, reason=reason)
    papers.submit_table(case, by=signer)
    case.number = case.number or next_number(case.kind, now.year)
    case.submitted_at = now
    touch(case, "number", "submitted_at")
    papers.freeze_submission(case, by=by, verdicts=plain_verdicts(facts))
    return case


def plain_verdicts(facts: Mapping[str, object]) -> dict[str, object]:
    """Verdicts of the step that was filed (``file``, of an acceptance ``request``) as plain data for the receipt."""
    policy = facts["policy"]
    verdicts = (policy.get("file") or policy.get("request") or []) if isinstance(policy, Mapping) else []
    return {"verdicts": [{name: str(getattr(verdict, name)) for name in KEPT} for verdict in verdicts]}


@transaction.atomic
def case_recall(*, case: Case, by: User, reason: str, version: int | None = None) -> Case:
    """撤回提交 before receipt: back to the draft, the table is opened again, the number stays."""
    case = locked(case, version)
    move(case, "recall", by, reason=reason)
    papers.recall_table(case, by=by)
    return _unsubmitted(case)


@transaction.atomic
def case_send_back(*, case: Case, by: User, reason: str, version: int | None = None) -> Case:
    """退回申报主体: the designated body's first check found something."""
    case = locked(case, version)
    move(case, "send_back", by, reason=reason)
    papers.give_back_table(case, by=by, reason=reason)
    return _unsubmitted(case)


def _unsubmitted(case: Case) -> Case:
    """A case that went back is nobody else's to see until it is submitted again."""
    case.submitted_at = None
    if not came_on_paper(case):
        case.sent_at = None
    touch(case, "submitted_at", "sent_at")
    return case


@transaction.atomic
def case_send_up(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """报送: 批复 and 报送函 are recorded for every body that must endorse."""
    return send_up_as("send_up", case=locked(case, version), by=by, reason=reason)


def send_up_as(action: str, *, case: Case, by: User, reason: str) -> Case:
    """What sending up does, by the designated body or entered for it; needs the locked case."""
    move(case, action, by, facts={"endorsement": asked.endorsement_missing(case)}, reason=reason)
    case.sent_at = clock.now()
    touch(case, "sent_at")
    return case


@transaction.atomic
def case_check_originals(*, case: Case, by: User, note: str, version: int | None = None) -> Case:
    """原件核对: the city's officer confirms 批复 originals where the applicant is its own registrar; person and reason are kept."""
    case = locked(case, version)
    if not (case.needs_originals and case.status == "sent"):
        msg = "这个办件现在不需要核对原件"
        raise Refused(msg)
    if not note.strip():
        msg = "请写明核对了哪些原件"
        raise Refused(msg)
    case.originals_checked_on, case.originals_checked_by, case.originals_note = clock.today(), by, note.strip()[:300]
    touch(case, "originals_checked_on", "originals_checked_by", "originals_note")
    return case


@transaction.atomic
def case_accept(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """受理: rules of step ``accept``. The first receipt's date stays when a corrected case comes back."""
    case, now = locked(case, version), clock.now()
    move(case, "accept", by, facts=case_facts(case, now.date(), (Step.ACCEPT,)), reason=reason)
    case.accepted_at = case.accepted_at or now
    touch(case, "accepted_at")
    return case


@transaction.atomic
def case_refuse(*, case: Case, by: User, reason: str, version: int | None = None) -> Case:
    """不予受理 with reason."""
    case = locked(case, version)
    move(case, "refuse", by, reason=reason)
    return case


@transaction.atomic
def case_withdraw(*, case: Case, by: User, reason: str, version: int | None = None) -> Case:
    """撤回申报 by the applicant, until the decision; a review under way is stopped with it."""
    case = locked(case, version)
    move(case, "withdraw", by, reason=reason)
    papers.stop_review(case, reason=f"{case.number or ''}{case}已撤回：{reason}")
    return case


@transaction.atomic
def save_form_review(*, case: Case, by: User, entries: Mapping[str, tuple[bool | None, str]], version: int | None = None) -> Case:
    """Keep the formal review's checklist: item key → (holds, note). Raises ``Refused`` when the case is not in formal review."""
    case = locked(case, version)
    if case.status != "accepted":
        msg = "只在受理后、专家技术审查前填写形式审查"
        raise Refused(msg)
    case.form_review = {
        key: {"holds": entries[key][0], "note": entries[key][1].strip()[:300], "by": by.name, "on": clock.today().isoformat()}
        for key, _ in FORM_REVIEW
        if key in entries
    }
    touch(case, "form_review")
    return case


@transaction.atomic
def case_open_review(*, case: Case, by: User, version: int | None = None) -> Case:
    """提请专家技术审查: hand over the papers with all parties; the review's conclusion moves the case by itself."""
    case = locked(case, version)
    facts = {"form_review": asked.open_form_review(case), "questions": asked.unanswered_questions(case)}
    move(case, "open_review", by, facts=facts)
    case.review = papers.open_review(case, by=by)
    touch(case, "review")
    return case


@transaction.atomic
def case_resubmit(*, case: Case, by: User, version: int | None = None) -> Case:
    """提交修改稿 after 修改后重审: what had to hold at submission holds again."""
    case, now = locked(case, version), clock.now()
    facts = case_facts(case, now.date(), (Step.FILE,))
    move(case, "resubmit", by, facts=facts)
    papers.submit_table(case, by=by)
    papers.freeze_submission(case, by=by, verdicts=plain_verdicts(facts))
    return case


@transaction.atomic
def case_recheck(*, case: Case, by: User, note: str, on: dt.date, version: int | None = None) -> Case:
    """登记修改完善复核: who looked again (chair or named expert), when, and what they found."""
    case = locked(case, version)
    if not note.strip():
        msg = "请写明复核人和意见"
        raise Refused(msg)
    move(case, "recheck", by, facts={"conclusion": asked.conclusion_of(case)}, reason=note, payload={"step": "recheck"})
    case.recheck_on, case.recheck_note = on, note.strip()[:500]
    touch(case, "recheck_on", "recheck_note")
    return case


def _for_check(case: Case) -> dict[str, object]:
    conclusion, notice = asked.conclusion_of(case), asked.notice_facts(case)
    chain, opinions = asked.chain_asked(case, parameters.load()), asked.open_musts(case)
    return {"conclusion": conclusion, "notice": notice, "chain": chain, "opinions": opinions}


@transaction.atomic
def case_to_check(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """提交审核 without a notice still to be held."""
    case = locked(case, version)
    move(case, "to_check", by, facts=_for_check(case), reason=reason)
    return case


@transaction.atomic
def case_to_decide(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """报审定 without 审核, where the settings' chain has none."""
    case = locked(case, version)
    move(case, "to_decide", by, facts=_for_check(case), reason=reason)
    return case


@transaction.atomic
def case_to_legal_at_once(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """转法制审核 of an adverse decision without 审核, where the settings' chain has none."""
    case = locked(case, version)
    move(case, "to_legal_at_once", by, facts=_for_check(case), reason=reason)
    return case


@transaction.atomic
def case_agree(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """审核 agrees and passes the case on to the director."""
    case = locked(case, version)
    move(case, "agree", by, facts={"conclusion": asked.conclusion_of(case)}, reason=reason)
    return case


@transaction.atomic
def case_to_legal(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """审核 agrees to an adverse decision, which 法制 looks at before the director."""
    case = locked(case, version)
    move(case, "to_legal", by, facts={"conclusion": asked.conclusion_of(case)}, reason=reason)
    return case


@transaction.atomic
def case_return_to_officer(*, case: Case, by: User, reason: str, version: int | None = None) -> Case:
    """审核 sends the case back to the officer."""
    case = locked(case, version)
    move(case, "return_to_officer", by, reason=reason)
    return case


@transaction.atomic
def case_return_for_more(*, case: Case, by: User, reason: str, version: int | None = None) -> Case:
    """审定 sends the case back to the officer."""
    case = locked(case, version)
    move(case, "return_for_more", by, reason=reason)
    return case


@transaction.atomic
def case_decide(
    *, case: Case, by: User, number: str, decided_on: dt.date, scan: "UploadedFile[Any] | None" = None, version: int | None = None
) -> Case:
    """审定授予试点: rules of step ``grant`` as of the decision's date; number, date and scan are recorded."""
    case = locked(case, version)
    record_decision(case, by=by, number=number, decided_on=decided_on, scan=scan)
    facts = case_facts(case, decided_on, (Step.GRANT,))
    move(case, "decide", by, facts=facts, payload={"step": "decide"})
    return case


@transaction.atomic
def case_decide_failed(
    *,
    case: Case,
    by: User,
    number: str,
    decided_on: dt.date,
    reason: str,
    scan: "UploadedFile[Any] | None" = None,
    version: int | None = None,
) -> Case:
    """审定不通过 with reason; the district may apply afresh."""
    case = locked(case, version)
    record_decision(case, by=by, number=number, decided_on=decided_on, scan=scan)
    move(case, "decide_failed", by, reason=reason, payload={"step": "decide"})
    return case
