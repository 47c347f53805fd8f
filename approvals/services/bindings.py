"""Every remark to an applicant is bound: to a slot or section of the file, or to a clause of the locked edition."""

from collections.abc import Sequence
from dataclasses import dataclass

from approvals.models import Case
from approvals.slots import finding_slots
from greendistrict.core.errors import Refusal
from indicators.models import Clause


@dataclass(frozen=True)
class NewFinding:
    """One thing to mend or to answer: a slot of the checklist (or a section) or a clause of the locked edition, and what it is."""

    text: str
    slot: str = ""
    item_id: str = ""

    @property
    def bound_to(self) -> tuple[str, str]:
        """What the finding is about."""
        return self.slot, self.item_id


def clauses_of(case: Case) -> set[str]:
    """Clauses of the edition that the case has locked."""
    return set(Clause.objects.filter(edition=case.table.edition).values_list("item_id", flat=True)) if case.table else set()


def unbound(case: Case, findings: Sequence[NewFinding], *, empty: str = "没有写明问题") -> list[Refusal]:
    """Everything that is wrong with the findings' texts and bindings, numbered from 1."""
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
