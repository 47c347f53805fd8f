"""The materials checklist of a case: numbered slots with their files.

A slot whose paper comes from a later step (the 批复 after the signature, the letter before a loss of title) is not missing before that
step: it reads 待后续步骤, and counts from that step on, or as soon as the paper exists.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from operator import attrgetter
from uuid import UUID

from django.db.models import Q

from approvals.cases.checklist import Slot, slots_of
from approvals.cases.enums import UNSIGNED, CaseState
from approvals.cases.models.cases import Case, CaseDocument
from approvals.cases.rules import is_city, is_secretary
from approvals.cases.selectors.cases import cases_visible_to
from approvals.cases.selectors.presence import may_have
from approvals.common.enums import CaseKind
from assessments.tables.lifecycle import TABLE
from assessments.tables.models import WITH_VERSION, TableState
from districts.common.enums import HELD_LISTS, DistrictType
from districts.facts.facts import plans_of
from districts.file.models.district import District
from districts.projects.models import PROJECT_PLAN
from districts.special_plans.models import PlanPart, PlanSectionFile, SpecialPlanPart
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.documents.models import Evidence

PLAN_SLOTS = {
    PlanPart.INDICATORS: "plan-indicators",
    PlanPart.SCHEME: "plan-scheme",
    PlanPart.CARBON: "plan-carbon",
}


# States in which a slot is still to come, by the record that supplies it; slots of a loss of title follow its steps.
BEFORE: dict[str, frozenset[str]] = {"endorsement": UNSIGNED, "table": UNSIGNED | {CaseState.CORRECTING}}
LOSS_STEPS = (
    CaseState.DRAFT,
    CaseState.CHECKING,
    CaseState.TELLING,
    CaseState.HEARING,
    CaseState.HEARD,
    CaseState.LEGAL,
    CaseState.DISCUSSING,
    CaseState.DECIDING,
    CaseState.DECIDED,
    CaseState.SERVED,
)
LOSS_FROM = {
    "letter": CaseState.TELLING,
    "legal": CaseState.LEGAL,
    "minutes": CaseState.DISCUSSING,
    "decision": CaseState.DECIDED,
    "delivery": CaseState.DECIDED,
}


@dataclass(frozen=True)
class MaterialLine:
    """One slot with its files. ``complete``: its requirement is met; ``rows``: its uploads.

    ``later``: the paper does not exist yet and comes from a later step.
    """

    number: int
    slot: Slot
    files: list[Evidence] = field(default_factory=list)
    complete: bool = False
    note: str = ""
    rows: list[CaseDocument] = field(default_factory=list)
    later: bool = False

    @property
    def others(self) -> list[Evidence]:
        """Files that stand elsewhere and count here, too."""
        uploads = {row.document_id for row in self.rows}
        return [file for file in self.files if file.pk not in uploads]


@dataclass(frozen=True)
class Completeness:
    """Number of complete slots among those required now, the incomplete ones, and the number of later ones."""

    have: int
    wanted: int
    missing: list[MaterialLine]
    later: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing required is missing."""
        return not self.missing


def reads_plan(viewer: Viewer, key: UUID) -> bool:
    """Whether a file belongs to a plan (or a section of it) in a submitted case that the person sees."""
    parts = SpecialPlanPart.objects.filter(document__key=key).values("plan__district")
    sections = PlanSectionFile.objects.filter(document__key=key).values("section__plan__district")
    cases = cases_visible_to(viewer).filter(submitted_at__isnull=False)
    return cases.filter(Q(district__in=parts) | Q(district__in=sections)).exists()


def materials_of(case: Case) -> list[MaterialLine]:
    """Every slot of the case's kind in order; five queries for any number of files.

    A file of the district that a rule of the policy cites is the paper of its slot, too: it is uploaded once and counts in both places.
    """
    is_new = case.district.type == DistrictType.NEW
    slots = [replace(slot, optional=True) if slot.new_only and not is_new else slot for slot in slots_of(case.kind)]
    rows: dict[str, list[CaseDocument]] = {slot.key: [] for slot in slots}
    for row in case.documents.select_related("document").order_by("pk") if may_have(case, "documents") else ():
        rows.setdefault(row.slot, []).append(row)
    files = {key: [row.document for row in laid] for key, laid in rows.items()}
    for endorsement in case.endorsements.select_related("approval_scan", "letter_scan") if may_have(case, "endorsements") else ():
        files.setdefault("approval", []).extend([endorsement.approval_scan] if endorsement.approval_scan else [])
        files.setdefault("letter", []).extend([endorsement.letter_scan] if endorsement.letter_scan else [])
    plan = max(plans_of(case.district), key=attrgetter("number"), default=None)
    for part in plan.parts.select_related("document") if plan else ():
        files.setdefault(PLAN_SLOTS[PlanPart(part.part)], []).append(part.document)
    proofs = {slot.proof: slot.key for slot in slots if slot.proof}
    for proof in newest_proofs(case.district, proofs) if proofs else ():
        files[proofs[proof.kind]].append(proof)
    return [_line(case, number, slot, files[slot.key], rows[slot.key]) for number, slot in enumerate(slots, start=1)]


CITYS_OWN = frozenset({"facts", "legal", "minutes"})  # internal papers of a loss of title


def hidden_slots(case: Case) -> set[str]:
    """Slots hidden outside the city: internal papers of a loss of title, and its decision until delivery."""
    if case.kind != CaseKind.LOSS:
        return set()
    return {*CITYS_OWN, *(() if case.loss.served_on else ("decision",))}


def materials_shown(viewer: Viewer, case: Case) -> list[MaterialLine]:
    """The slots that the person may see, numbered as in the whole list."""
    held = viewer.held
    hidden = set() if is_city(held) or is_secretary(held, case) else hidden_slots(case)
    return [line for line in materials_of(case) if line.slot.key not in hidden]


def newest_proofs(district: District, kinds: Iterable[str]) -> list[Evidence]:
    """The newest file of each kind among those of the district."""
    rows = Evidence.objects.filter(owner=subject_of(district), kind__in=list(kinds))
    return list(rows.order_by("kind", "-uploaded_at", "-pk").distinct("kind"))


def missing_papers(case: Case) -> list[str]:
    """Keys of the 必交 slots without a paper, whether their step has come or not."""
    return [line.slot.key for line in materials_of(case) if not line.slot.optional and not line.complete]


def _only_listed(slot: Slot) -> str:
    """What a slot says that holds nothing but a list of the portal."""
    return f"清单已放入，另须上传{'实施计划' if slot.proof == PROJECT_PLAN else '证明'}"


def _line(case: Case, number: int, slot: Slot, files: list[Evidence], rows: list[CaseDocument]) -> MaterialLine:
    if slot.origin == "table":
        done = case.table is not None and case.table.status in WITH_VERSION
        later = not done and _comes_later(case, slot)
        state = TABLE.state(case.table.status if case.table else TableState.OPEN)
        return MaterialLine(number, slot, files, done, "随签发提交" if later else state.label, later=later)
    done = any(file.kind not in HELD_LISTS for file in files)  # a list may lie in a slot, and completes none
    later = not files and not slot.optional and _comes_later(case, slot)
    return MaterialLine(number, slot, files, done, _only_listed(slot) if files and not done else "", rows, later)


def _comes_later(case: Case, slot: Slot) -> bool:
    """Whether the slot belongs to a later step."""
    if case.kind == CaseKind.LOSS and slot.key in LOSS_FROM and case.status in LOSS_STEPS:
        return LOSS_STEPS.index(case.status) < LOSS_STEPS.index(LOSS_FROM[slot.key])
    return case.status in BEFORE.get(slot.origin, ())


def completeness_of(lines: list[MaterialLine]) -> Completeness:
    """Count the slots required by now; optional ones are not counted, those of later steps are counted separately."""
    wanted = [line for line in lines if not line.slot.optional and not line.later]
    missing = [line for line in wanted if not line.complete]
    return Completeness(len(wanted) - len(missing), len(wanted), missing, sum(line.later for line in lines))


def older_versions(lines: list[MaterialLine]) -> dict[int, list[Evidence]]:
    """Earlier versions of the shown files, newest first, by primary key of the current one; one query per version step."""
    found: dict[int, list[Evidence]] = {}
    heads = {file.replaces_id: file.pk for line in lines for file in line.files if file.replaces_id}
    while heads:
        older = list(Evidence.objects.filter(pk__in=heads))
        for file in older:
            found.setdefault(heads[file.pk], []).append(file)
        heads = {file.replaces_id: heads[file.pk] for file in older if file.replaces_id}
    return found
