"""What a finding refers to: a checklist slot, a section of the application, or a clause of the locked edition."""

from collections.abc import Sequence
from dataclasses import dataclass

from approvals.cases.checklist import finding_slots
from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import CorrectionOpening
from greendistrict.core.errors import Refusal
from indicators.editions.models import Clause


@dataclass(frozen=True)
class NewFinding:
    """One finding of a correction: a slot, a section or a clause of the locked edition, and its text."""

    text: str
    slot: str = ""
    item_id: str = ""

    @property
    def bound_to(self) -> tuple[str, str]:
        """Slot and clause ID that the finding refers to; one of the two is empty."""
        return self.slot, self.item_id


def clauses_of(case: Case) -> set[str]:
    """IDs of all clauses of the edition that the case has locked; empty without a score table."""
    return set(Clause.objects.filter(edition=case.table.edition).values_list("item_id", flat=True)) if case.table else set()


def unbound(case: Case, findings: Sequence[NewFinding], *, empty: str = "没有写明问题") -> list[Refusal]:
    """Problems of the findings' texts and bindings, numbered from 1."""
    clauses = clauses_of(case)
    slots, refusals = finding_slots(case.kind), []
    for number, one in enumerate(findings, start=1):
        name = f"第{number}条"
        if not one.text.strip():
            refusals.append(Refusal(f"{name}{empty}"))
        if bool(one.slot) == bool(one.item_id):
            refusals.append(Refusal(f"{name}须对应一项材料或一条条文"))
        elif (one.slot and one.slot not in slots) or (one.item_id and one.item_id not in clauses):
            refusals.append(Refusal(f"{name}对应的材料或条文不存在：{one.slot or one.item_id}"))
    return refusals


def opening_of(case: Case) -> CorrectionOpening | None:
    """The director's unused permission for a wider correction round, or None."""
    return case.correction_openings.filter(used_by__isnull=True).first()


def against_findings(case: Case, findings: Sequence[NewFinding]) -> list[Refusal]:
    """Problems of a correction's findings: an unknown reference, or one that the first round did not have.

    A wider round that the director permitted (``opening_of``) may have new references.
    """
    refusals = unbound(case, findings)
    first = case.corrections.filter(round=1).first()
    if first is None or opening_of(case) is not None:
        return refusals
    opened = {(row.slot, row.item_id) for row in first.findings.all()}
    for number, one in enumerate(findings, start=1):
        if one.bound_to not in opened and bool(one.slot) != bool(one.item_id):
            text = f"第{number}条不在第一次补正告知的范围内，第二次补正只核对第一次提出的内容"
            refusals.append(Refusal(text, remedy="另行提出建议，不作为补正内容；确需增加的，请审定人写明理由放开范围"))
    return refusals
