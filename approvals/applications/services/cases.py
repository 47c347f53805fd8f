"""Effects of the steps of an application (also used by acceptances), and records that are saved without a step.

Also here: 补正: one notice lists everything that is missing; the applicant answers each finding. A review that concludes
moves its case.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.applications.services.drafts import freeze_submission, move_table, open_review, stop_review
from approvals.cases.bindings import opening_of
from approvals.cases.checklist import FORM_REVIEW, slot_of
from approvals.cases.enums import AT_RECEIPT, CaseState
from approvals.cases.models.cases import Case, Correction, Finding
from approvals.cases.models.correspondence import CorrectionOpening, FindingFile
from approvals.cases.rules import came_on_paper, is_director, is_signer, may_edit_case
from approvals.cases.services import held, lay, touch
from approvals.common.enums import CaseKind
from approvals.opinions.models import ReviewOpinion
from approvals.requests.services import enter
from assessments.common.enums import Conclusion
from assessments.opinions import services as opinions
from assessments.reviews.models import Review
from greendistrict.accounts.acting import both_names, principal_in
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number
from greendistrict.core.writing import writing
from greendistrict.documents.services import store
from greendistrict.policy import parameters
from greendistrict.policy.report import FIELDS
from greendistrict.workflow.procedure import Taken, take

KEPT = (*FIELDS, "title", "reading", "degree")


def on_hand_up(taken: Taken) -> None:
    """提交审核: store who submitted (that person may not sign) and lock the table."""
    taken.obj.handed_by = taken.by
    move_table(taken.obj, "lock")


def on_unlock(taken: Taken) -> None:
    """收回修改, 退回修改: unlock the table for the preparer."""
    move_table(taken.obj, "unlock")


def on_sign(taken: Taken) -> None:
    """签发并提交: freeze the table, assign the number (a resubmitted case keeps its number) and write the receipt."""
    _file(taken, taken.by)


def on_enter_sign(taken: Taken) -> None:
    """代录签发: submit a case that the applicant signed on paper."""
    enter(case=taken.obj, by=taken.person, action="sign", entry=taken.values["entry"])
    _file(taken, None)


def _file(taken: Taken, signer: User | None) -> None:
    """Submit the case; ``signer`` is None for a paper. An acceptance goes straight to the city, an application to the designated body."""
    case, now = taken.obj, clock.now()
    move_table(case, "submit", by=signer)
    case.number = case.number or next_number(case.kind, now.year)
    case.submitted_at = now
    if case.kind == CaseKind.ACCEPTANCE:
        case.sent_at = now
    case.save(update_fields=["number", "submitted_at", "sent_at"])
    give(case)
    freeze_submission(case, by=taken.person, verdicts=plain_verdicts(taken.facts))


def plain_verdicts(facts: Mapping[str, Any]) -> dict[str, object]:
    """Verdicts of the policy step at submission (``file``, for an acceptance ``request``) as plain data for the receipt."""
    verdicts = facts.get("file") or facts.get("request") or []
    return {"verdicts": [{name: str(getattr(verdict, name)) for name in KEPT} for verdict in verdicts]}


def on_recall(taken: Taken) -> None:
    """撤回提交 before receipt: reopen the table; the case keeps its number."""
    move_table(taken.obj, "recall", by=taken.person)
    _unsubmitted(taken.obj)


def on_send_back(taken: Taken) -> None:
    """退回申报主体 by the designated body after its first check."""
    move_table(taken.obj, "return", by=taken.person, reason=taken.record.reason)
    _unsubmitted(taken.obj)


def _unsubmitted(case: Case) -> None:
    """Hide a returned case from others until it is submitted again."""
    case.submitted_at = None
    if not came_on_paper(case):
        case.sent_at = None


def on_send_up(taken: Taken) -> None:
    """报送: from now on the city sees the case."""
    taken.obj.sent_at = clock.now()


def on_enter_send_up(taken: Taken) -> None:
    """代录报送 of 批复 and 报送函 on paper; their numbers, dates and scans have been recorded before."""
    enter(case=taken.obj, by=taken.person, action="send_up", entry=taken.values["entry"])
    on_send_up(taken)


def on_accept(taken: Taken) -> None:
    """受理: a corrected case that comes back keeps the day of its first receipt."""
    taken.obj.accepted_at = taken.obj.accepted_at or clock.now()


def on_withdraw(taken: Taken) -> None:
    """撤回: stop an open review."""
    case = taken.obj
    stop_review(case, reason=f"{case.number or ''}{case}已撤回：{taken.record.reason}")


def on_enter_withdrawal(taken: Taken) -> None:
    """代录撤回: same effect as the signer's own withdrawal, plus the paper."""
    enter(case=taken.obj, by=taken.person, action="withdraw", entry=taken.values["entry"])
    stop_review(taken.obj, reason=f"{taken.obj.number or ''}{taken.obj}已撤回")


def on_open_review(taken: Taken) -> None:
    """提请专家技术审查: hand papers and parties to the review; its conclusion will move the case on."""
    taken.obj.review = open_review(taken.obj, by=taken.person)


def on_concluded(taken: Taken) -> None:
    """技术审查有结论: create the list of panel opinions and store the star the panel found."""
    case, review = taken.obj, taken.values["review"]
    failed = review.conclusion == Conclusion.FAILED
    if not failed:
        opinions.draw_up(matter=case, review=review, model=ReviewOpinion, by=taken.values["by"])
    case.star_found = None if failed else review.star


def on_revise(taken: Taken) -> None:
    """修改后重审: create the list of panel opinions and reopen the table."""
    opinions.draw_up(matter=taken.obj, review=taken.values["review"], model=ReviewOpinion, by=taken.values["by"])
    move_table(taken.obj, "return", by=taken.values["by"], reason=taken.record.reason)


def on_resubmit(taken: Taken) -> None:
    """提交修改稿 after 修改后重审: freeze the next version and write a receipt for it."""
    move_table(taken.obj, "submit", by=taken.by)
    freeze_submission(taken.obj, by=taken.person, verdicts=plain_verdicts(taken.facts))


def on_recheck(taken: Taken) -> None:
    """登记修改完善复核: store who verified (chair or named expert), when, and the result."""
    taken.obj.recheck_on, taken.obj.recheck_note = taken.values["on"], fitted(taken.obj, "recheck_note", taken.record.reason)


@writing
def case_check_originals(*, case: Case, by: User, note: str, version: int | None = None) -> Case:
    """原件核对: the officer confirms the 批复 originals if the applicant is its own endorsing body; stores person and reason."""
    case = held(case, version)
    Refused.unless(case.needs_originals and case.status == CaseState.SENT, "这个办件现在不需要核对原件")
    Refused.unless(note.strip(), "请写明核对了哪些原件")
    case.originals_checked_on, case.originals_checked_by = clock.today(), by
    case.originals_note = fitted(case, "originals_note", note.strip())
    touch(case, "originals_checked_on", "originals_checked_by", "originals_note")
    return case


@writing
def save_form_review(*, case: Case, by: User, entries: Mapping[str, tuple[bool | None, str]], version: int | None = None) -> Case:
    """Save the formal review's checklist: item key → (holds, note). Raises ``Refused`` when the case is not in formal review."""
    case = held(case, version)
    Refused.when(case.status != CaseState.ACCEPTED, f"只在受理后、{case.after_form_review}前填写形式审查")
    who = both_names(by.name, principal_in(by, (Role.CITY_OFFICER,)))
    case.form_review = {
        key: {"holds": entries[key][0], "note": entries[key][1].strip()[:300], "by": who, "on": clock.today().isoformat()}
        for key, _ in FORM_REVIEW
        if key in entries
    }
    touch(case, "form_review")
    return case


def on_correct(taken: Taken) -> None:
    """补正: store all findings with a due date from the settings, reopen the table and suspend the handling period."""
    case, now, settings = taken.obj, clock.now(), parameters.load()
    opening = opening_of(case)
    correction = Correction.objects.create(
        case=case,
        round=case.corrections.count() + 1,
        issued_at=now,
        issued_by=taken.person,
        due=workdays.current().add(now.date(), settings.integer("supplement.days")),
    )
    Finding.objects.bulk_create(
        Finding(correction=correction, slot=one.slot, item_id=one.item_id, text=one.text.strip()) for one in taken.values["findings"]
    )
    if opening is not None:
        opening.used_by = correction
        opening.save(update_fields=["used_by"])
    move_table(case, "return", by=taken.person, reason=f"第{correction.round}次补正")


@transaction.atomic
def open_wider(*, case: Case, by: User, reason: str, version: int | None = None) -> CorrectionOpening:
    """放开补正范围: the director permits more findings in the next round than in the first; the reason is stored.

    Raises ``NotAllowed`` for anybody else; ``Refused`` without a reason, before a first round, or if a permission is still unused.
    """
    case = held(case, version)
    NotAllowed.unless(is_director(posts_of(by), case), "放开补正范围由市级审定")
    if case.status not in AT_RECEIPT or not case.corrections.exists():
        msg = f"第一次补正之后、{case.after_form_review}之前才需要放开补正范围"
        raise Refused(msg)
    if not reason.strip():
        raise Refused([Refusal("请填写理由", field="reason")])
    Refused.when(opening_of(case) is not None, "已放开过一次，尚未使用")
    opening = CorrectionOpening.objects.create(case=case, by=by, at=clock.now(), reason=reason.strip())
    audit.record(action="application.open_wider", by=by, obj=case, data={"reason": opening.reason})
    touch(case)
    return opening


@transaction.atomic
def save_answers(
    *,
    case: Case,
    by: User,
    answers: Mapping[int, str],
    files: "Mapping[int, Sequence[UploadedFile[Any]]] | None" = None,
    version: int | None = None,
) -> Case:
    """Save answers to the open correction (finding id → text) and new files (finding id → uploads).

    Allowed for preparer, consultant and signer while the case waits for them. A file for a slot is stored in that slot too.
    """
    case = held(case, version)
    NotAllowed.when(
        case.status != CaseState.CORRECTING or not (may_edit_case(posts_of(by), case) or is_signer(posts_of(by), case)),
        "现在不能填写补正答复",
    )
    keep_answers(case, answers)
    for finding in _open_correction(case).findings.all():
        for upload in (files or {}).get(finding.pk, ()):
            slot = slot_of(case.kind, finding.slot)
            if slot is not None and slot.origin == "file":
                document = lay(case, slot, upload, title="", by=by).document
            else:
                document = store(owner=case, upload=upload, kind="补正材料", title="", by=by)
            FindingFile.objects.create(finding=finding, document=document)
    touch(case)
    return case


def keep_answers(case: Case, answers: Mapping[int, str]) -> None:
    """Write answers (finding id → text) to the open correction; the caller must hold the lock on the case."""
    for finding in _open_correction(case).findings.filter(pk__in=answers):
        finding.answer = answers[finding.pk].strip()
        finding.save(update_fields=["answer"])


def on_answer(taken: Taken) -> None:
    """提交补正: submit again and freeze a new version."""
    _answered(taken, taken.by)


def on_enter_answer(taken: Taken) -> None:
    """代录补正: store each answer (finding id → text), then submit as the signer would."""
    enter(case=taken.obj, by=taken.person, action="answer", entry=taken.values["entry"])
    keep_answers(taken.obj, taken.values["answers"])
    _answered(taken, None)


def _answered(taken: Taken, signer: User | None) -> None:
    """Submit the answers; ``signer`` is None for a paper."""
    correction = _open_correction(taken.obj)
    correction.answered_at = clock.now()
    correction.save(update_fields=["answered_at"])
    move_table(taken.obj, "submit", by=signer)
    freeze_submission(taken.obj, by=taken.person, verdicts=plain_verdicts(taken.facts))


def _open_correction(case: Case) -> Correction:
    return case.corrections.order_by("-round")[0]


def review_concluded(*, record: Any, obj: Review, by: User, payload: Any) -> None:
    """Transfer the review's conclusion to its case, unless the case was withdrawn; run in the review's transaction (``workflow.on``)."""
    del record, payload
    case = Case.objects.filter(review=obj).first()
    if case is None or held(case, None).status != CaseState.REVIEWING:
        return
    review = Review.objects.get(pk=obj.pk)
    action = "review_revise" if review.conclusion == Conclusion.REVISE else "review_concluded"
    reason = f"评审结论：{Conclusion(review.conclusion).label}"
    take(obj=case, action=action, by=None, version=None, values={"review": review, "by": by}, reason=reason)
