"""补正: one notice with everything that is missing, answered finding by finding."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.acceptancefacts import acceptance_facts
from approvals.enums import CaseKind
from approvals.facts import case_facts, unanswered
from approvals.models import Case, Correction, CorrectionOpening, Finding, FindingFile
from approvals.rules import is_director, is_signer, may_edit_case
from approvals.services import papers
from approvals.services.bindings import NewFinding, unbound
from approvals.services.cases import plain_verdicts
from approvals.services.materials import lay
from approvals.services.steps import locked, move, touch
from approvals.slots import slot_of
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store
from greendistrict.policy import parameters
from greendistrict.policy.enums import Step


@transaction.atomic
def case_correct(*, case: Case, by: User, findings: Sequence[NewFinding], version: int | None = None) -> Correction:
    """补正: all findings at once, due by the settings; the table is opened again, the clock stops.

    Raises ``Refused`` for a finding that is bound to nothing known, and in a second round for one that the first did not open.
    """
    case, now = locked(case, version), clock.now()
    opening = opening_of(case)
    if found := _against(case, findings, wider=opening is not None):
        raise Refused(found)
    settings = parameters.load()
    used = case.corrections.count()
    facts = {"rounds": {"used": used, "limit": settings.integer("supplement.rounds")}}
    move(case, "correct", by, facts=facts, payload={"step": "correct", "findings": len(findings)})
    correction = Correction.objects.create(
        case=case,
        round=used + 1,
        issued_at=now,
        issued_by=by,
        due=workdays.current().add(now.date(), settings.integer("supplement.days")),
    )
    Finding.objects.bulk_create(
        [Finding(correction=correction, slot=one.slot, item_id=one.item_id, text=one.text.strip()) for one in findings]
    )
    if opening is not None:
        opening.used_by = correction
        opening.save(update_fields=["used_by"])
    papers.give_back_table(case, by=by, reason=f"第{correction.round}次补正")
    return correction


def _against(case: Case, findings: Sequence[NewFinding], *, wider: bool) -> list[Refusal]:
    refusals = unbound(case, findings)
    first = case.corrections.filter(round=1).first()
    if first is None or wider:
        return refusals
    opened = {(row.slot, row.item_id) for row in first.findings.all()}
    for number, one in enumerate(findings, start=1):
        if one.bound_to not in opened and bool(one.slot) != bool(one.item_id):
            text = f"第{number}条不在第一次补正告知的范围内，第二次补正只核对第一次提出的内容"
            refusals.append(Refusal(text, remedy="另行提出建议，不作为补正内容；确需增加的，请审定人写明理由放开范围"))
    return refusals


def opening_of(case: Case) -> CorrectionOpening | None:
    """The director's permission for a wider round that is not used up; None when there is none."""
    return case.correction_openings.filter(used_by__isnull=True).first()


@transaction.atomic
def open_wider(*, case: Case, by: User, reason: str, version: int | None = None) -> CorrectionOpening:
    """放开补正范围: the director lets the next round ask for more than the first; the reason stays in the file.

    Raises ``NotAllowed`` for anybody else, ``Refused`` without a reason, before a first round or while a permission is unused.
    """
    case = locked(case, version)
    if not is_director(by, case):
        msg = "放开补正范围由市级审定"
        raise NotAllowed(msg)
    if case.status not in {"sent", "accepted"} or not case.corrections.exists():
        msg = "第一次补正之后、专家技术审查之前才需要放开补正范围"
        raise Refused(msg)
    if not reason.strip():
        raise Refused([Refusal("请填写理由", field="reason")])
    if opening_of(case) is not None:
        msg = "已放开过一次，尚未使用"
        raise Refused(msg)
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
    """Keep answers to the open correction (finding id → text) and new files (finding id → upload).

    Preparer, consultant or signer while the case waits for them. A file for a slot lies in that slot as well.
    """
    case = locked(case, version)
    if case.status != "correcting" or not (may_edit_case(by, case) or is_signer(by, case)):
        msg = "现在不能填写补正答复"
        raise NotAllowed(msg)
    keep_answers(case, answers)
    for finding in _open_correction(case).findings.all():
        if upload := (files or {}).get(finding.pk):
            _answer_with(case, finding, upload, by)
    touch(case)
    return case


def keep_answers(case: Case, answers: Mapping[int, str]) -> None:
    """Write answers (finding id → text) to the open correction; needs the locked case."""
    for finding in _open_correction(case).findings.filter(pk__in=answers):
        finding.answer = answers[finding.pk].strip()
        finding.save(update_fields=["answer"])


def _answer_with(case: Case, finding: Finding, upload: "UploadedFile[Any]", by: User) -> None:
    slot = slot_of(case.kind, finding.slot)
    if slot is not None and slot.origin == "file":
        document = lay(case, slot, upload, title="", by=by).document
    else:
        document = store(owner=case, upload=upload, kind="补正材料", title="", by=by)
    FindingFile.objects.create(finding=finding, document=document)


@transaction.atomic
def case_answer(*, case: Case, by: User, version: int | None = None) -> Case:
    """提交补正: every finding answered, what had to hold at submission holds again; back to receipt with a new frozen version."""
    return answer_as("answer", case=locked(case, version), by=by, signer=by)


def answer_as(action: str, *, case: Case, by: User, signer: User | None, reason: str = "") -> Case:
    """What handing in corrections does, by the signer or entered for it from paper (``signer`` None); needs the locked case."""
    now = clock.now()
    facts = {**_filing_facts(case, now.date()), "findings": unanswered(case)}
    move(case, action, by, facts=facts, reason=reason)
    correction = _open_correction(case)
    correction.answered_at = now
    correction.save(update_fields=["answered_at"])
    papers.submit_table(case, by=signer)
    papers.freeze_submission(case, by=by, verdicts=plain_verdicts(facts))
    return case


def _filing_facts(case: Case, on: dt.date) -> Mapping[str, Any]:
    """What has to hold again when a corrected case is handed in."""
    return acceptance_facts(case, on) if case.kind == CaseKind.ACCEPTANCE else case_facts(case, on, (Step.FILE,))


def _open_correction(case: Case) -> Correction:
    return case.corrections.order_by("-round")[0]
