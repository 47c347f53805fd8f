"""补正: one notice with everything that is missing, answered finding by finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from approvals.facts import case_facts, unanswered
from approvals.models import Case, Correction, Finding
from approvals.rules import is_signer, may_edit_case
from approvals.services import papers
from approvals.services.cases import plain_verdicts
from approvals.services.steps import locked, move, touch
from approvals.slots import FINDING_SLOTS
from greendistrict.accounts.models import User
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.policy import parameters
from greendistrict.policy.enums import Step
from indicators.models import Clause


@dataclass(frozen=True)
class NewFinding:
    """One thing to mend: a slot of the checklist (or a section) or a clause of the locked edition, and what is wrong."""

    text: str
    slot: str = ""
    item_id: str = ""

    @property
    def bound_to(self) -> tuple[str, str]:
        """What the finding is about."""
        return self.slot, self.item_id


@transaction.atomic
def case_correct(*, case: Case, by: User, findings: Sequence[NewFinding], version: int | None = None) -> Correction:
    """补正: all findings at once, due by the settings; the table is opened again, the clock stops.

    Raises ``Refused`` for a finding that is bound to nothing known, and in a second round for one that the first did not open.
    """
    case, now = locked(case, version), clock.now()
    if found := _against(case, findings):
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
    papers.give_back_table(case, by=by, reason=f"第{correction.round}次补正")
    return correction


def _against(case: Case, findings: Sequence[NewFinding]) -> list[Refusal]:
    clauses = set(Clause.objects.filter(edition=case.table.edition).values_list("item_id", flat=True)) if case.table else set()
    first = case.corrections.filter(round=1).first()
    opened = {(row.slot, row.item_id) for row in first.findings.all()} if first else None
    refusals = []
    for number, one in enumerate(findings, start=1):
        name = f"第{number}条"
        if not one.text.strip():
            refusals.append(Refusal(f"{name}没有写明问题"))
        if bool(one.slot) == bool(one.item_id):
            refusals.append(Refusal(f"{name}须对应一项材料或一条条文"))
        elif (one.slot and one.slot not in FINDING_SLOTS) or (one.item_id and one.item_id not in clauses):
            refusals.append(Refusal(f"{name}对应的材料或条文不存在：{one.slot or one.item_id}"))
        elif opened is not None and one.bound_to not in opened:
            refusals.append(
                Refusal(f"{name}不在第一次补正告知的范围内，第二次补正只核对第一次提出的内容", remedy="另行提出建议，不作为补正内容")
            )
    return refusals


@transaction.atomic
def save_answers(*, case: Case, by: User, answers: Mapping[int, str], version: int | None = None) -> Case:
    """Keep answers to the open correction (finding id → text). Preparer, consultant or signer while the case waits for them."""
    case = locked(case, version)
    if case.status != "correcting" or not (may_edit_case(by, case) or is_signer(by, case)):
        msg = "现在不能填写补正答复"
        raise NotAllowed(msg)
    for finding in _open_correction(case).findings.all():
        if finding.pk in answers:
            finding.answer = answers[finding.pk].strip()
            finding.save(update_fields=["answer"])
    touch(case)
    return case


@transaction.atomic
def case_answer(*, case: Case, by: User, version: int | None = None) -> Case:
    """提交补正: every finding answered, what had to hold at submission holds again; back to receipt with a new frozen version."""
    case, now = locked(case, version), clock.now()
    facts = {**case_facts(case, now.date(), (Step.FILE,)), "findings": unanswered(case)}
    move(case, "answer", by, facts=facts)
    correction = _open_correction(case)
    correction.answered_at = now
    correction.save(update_fields=["answered_at"])
    papers.submit_table(case, by=by)
    papers.freeze_submission(case, by=by, verdicts=plain_verdicts(facts))
    return case


def _open_correction(case: Case) -> Correction:
    return case.corrections.order_by("-round")[0]
