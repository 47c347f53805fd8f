"""补正: one notice lists everything that is missing; the applicant answers each finding."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.applications.services import papers
from approvals.applications.services.cases import plain_verdicts
from approvals.cases.bindings import opening_of
from approvals.cases.checklist import slot_of
from approvals.cases.enums import AT_RECEIPT, CaseState
from approvals.cases.models.cases import Case, Correction, Finding
from approvals.cases.models.correspondence import CorrectionOpening, FindingFile
from approvals.cases.rules import is_director, is_signer, may_edit_case
from approvals.cases.services.locking import held, touch
from approvals.cases.services.materials import lay
from approvals.requests.services.requests import enter
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store
from greendistrict.policy import parameters
from greendistrict.workflow.procedure import Taken


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
    papers.move_table(case, "return", by=taken.person, reason=f"第{correction.round}次补正")


@transaction.atomic
def open_wider(*, case: Case, by: User, reason: str, version: int | None = None) -> CorrectionOpening:
    """放开补正范围: the director permits more findings in the next round than in the first; the reason is stored.

    Raises ``NotAllowed`` for anybody else; ``Refused`` without a reason, before a first round, or if a permission is still unused.
    """
    case = held(case, version)
    NotAllowed.unless(is_director(posts_of(by), case), "放开补正范围由市级审定")
    if case.status not in AT_RECEIPT or not case.corrections.exists():
        msg = "第一次补正之后、专家技术审查之前才需要放开补正范围"
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
    files: "Mapping[int, UploadedFile[Any]] | None" = None,
    version: int | None = None,
) -> Case:
    """Save answers to the open correction (finding id → text) and new files (finding id → upload).

    Allowed for preparer, consultant and signer while the case waits for them. A file for a slot is stored in that slot too.
    """
    case = held(case, version)
    NotAllowed.when(
        case.status != CaseState.CORRECTING or not (may_edit_case(posts_of(by), case) or is_signer(posts_of(by), case)),
        "现在不能填写补正答复",
    )
    keep_answers(case, answers)
    for finding in _open_correction(case).findings.all():
        if upload := (files or {}).get(finding.pk):
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
    papers.move_table(taken.obj, "submit", by=signer)
    papers.freeze_submission(taken.obj, by=taken.person, verdicts=plain_verdicts(taken.facts))


def _open_correction(case: Case) -> Correction:
    return case.corrections.order_by("-round")[0]
