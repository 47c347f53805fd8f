"""The materials checklist of a case: numbered slots with the files that lie in them."""

from dataclasses import dataclass, field
from uuid import UUID

from approvals.models import Case
from approvals.selectors.cases import cases_visible_to
from approvals.slots import SLOTS, Slot
from districts.enums import PlanPart
from districts.models import SpecialPlanPart
from greendistrict.accounts.models import User
from greendistrict.documents.models import Evidence

PLAN_SLOTS = {
    PlanPart.INDICATORS: "plan-indicators",
    PlanPart.SCHEME: "plan-scheme",
    PlanPart.CARBON: "plan-carbon",
}


@dataclass(frozen=True)
class MaterialLine:
    """One slot with its files; ``complete`` when it holds what the slot is for."""

    number: int
    slot: Slot
    files: list[Evidence] = field(default_factory=list)
    complete: bool = False
    note: str = ""


def reads_plan(user: User, key: UUID) -> bool:
    """Whether a file is part of a plan that lies with a submitted case in this person's sight."""
    districts = SpecialPlanPart.objects.filter(document__key=key).values("plan__district")
    return cases_visible_to(user).filter(submitted_at__isnull=False, district__in=districts).exists()


def materials_of(case: Case) -> list[MaterialLine]:
    """Every slot in order, four queries whatever the number of files."""
    files: dict[str, list[Evidence]] = {slot.key: [] for slot in SLOTS}
    for row in case.documents.select_related("document").order_by("pk"):
        files[row.slot].append(row.document)
    for endorsement in case.endorsements.select_related("approval_scan", "letter_scan"):
        files["approval"] += [endorsement.approval_scan] if endorsement.approval_scan else []
        files["letter"] += [endorsement.letter_scan] if endorsement.letter_scan else []
    plan = case.district.plans.prefetch_related("parts__document").order_by("-number").first()
    for part in plan.parts.all() if plan else ():
        files[PLAN_SLOTS[PlanPart(part.part)]].append(part.document)
    return [_line(case, number, slot, files[slot.key]) for number, slot in enumerate(SLOTS, start=1)]


def _line(case: Case, number: int, slot: Slot, files: list[Evidence]) -> MaterialLine:
    if slot.origin == "table":
        done = case.table is not None and case.table.status in {"submitted", "received"}
        return MaterialLine(number, slot, files, done, "已提交" if done else "填报中")
    return MaterialLine(number, slot, files, bool(files))
