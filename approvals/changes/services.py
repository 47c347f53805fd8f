"""变更: drafting, effects of its steps, the frozen comparison, and applying the change in the transaction of its decision."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.cases.checklist import slot_of
from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.cases.rules import came_on_paper, may_edit_case
from approvals.cases.services import freeze, held, lay, record, record_and_freeze, replace_document, touch
from approvals.changes.change_kinds import change_kind
from approvals.changes.kinds import Applying
from approvals.changes.models import Change
from approvals.changes.selectors import against_change, standing_of
from approvals.common.enums import CaseKind, DossierStep
from approvals.consultations.services import drop_consultations
from approvals.requests.services import enter
from districts.file.models.district import District
from districts.file.rules import is_preparer
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.memoisation import read_apart
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number
from greendistrict.workflow.procedure import Taken

GROUND, GROUND_SLOT = "变更依据文件", "basis"
WHO_EDITS = "变更内容由申报主体的填报人在提交前填写；书面来件由市级经办代填"


@transaction.atomic
def start_change(*, district: District, kind: str, by: User, entered: bool = False) -> Case:
    """Open a draft of one kind, by the district's preparer, or with ``entered`` by the officer from paper.

    Raises ``NotAllowed``, ``Refused`` (closed to the district, one is open already).
    """
    district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
    if not (entered or is_preparer(posts_of(by), district)) or district.applicant is None:
        msg = "变更由申报主体的填报人提出"
        raise NotAllowed(msg)
    if not change_kind(kind).open_to(district):
        msg = f"这个城区现在不能办理“{change_kind(kind).label}”"
        raise Refused(msg)
    if Case.objects.filter(district=district, kind=CaseKind.CHANGE).exclude(status__in=CLOSED_STATES).exists():
        msg = "这个城区已有变更在办，一次只能办一件"
        raise Refused(msg)
    now = clock.now()
    case = Case.objects.create(
        kind=CaseKind.CHANGE,
        district=district,
        applicant=district.applicant,
        created_at=now,
        created_by=by,
        sent_at=now if entered else None,
    )
    Change.objects.create(case=case, kind=kind)
    audit.record(action="change.start", by=by, obj=case, data={"kind": kind})
    return case


@transaction.atomic
def save_change(
    *,
    case: Case,
    by: User,
    values: Mapping[str, Any],
    reason: str,
    ground_file: "UploadedFile[Any] | None" = None,
    version: int | None = None,
) -> Case:
    """Save what was typed, checking permission and version only; ``ground_file`` goes among the materials."""
    case = held(case, version)
    if not may_edit_case(posts_of(by), case):
        raise NotAllowed(WHO_EDITS)
    change = case.change
    change.values, change.reason = {**values, **_ground(case, ground_file, by)}, reason.strip()[:2000]
    change.save(update_fields=["values", "reason"])
    touch(case)
    return case


def _ground(case: Case, upload: "UploadedFile[Any] | None", by: User) -> dict[str, int]:
    """Store the file among the case's materials if it is new; returns its row id, which stays valid for later versions of the file."""
    kept = case.documents.filter(pk=case.change.values.get("ground_file") or 0).first()
    slot = slot_of(case.kind, GROUND_SLOT)
    if upload is not None and kept is not None:
        kept = replace_document(document=kept, upload=upload, by=by)
    elif upload is not None and slot is not None:
        kept = lay(case, slot, upload, title=GROUND, by=by)
    return {"ground_file": kept.pk} if kept else {}


def rehearse(case: Case, *, by: User) -> list[dict[str, str]]:
    """Effects on gates and scores, by applying the change and rolling it back. Empty when it cannot be applied."""
    kind, change, today = change_kind(case.change.kind), case.change, clock.today()
    if against_change(change, today):
        return []
    try:
        with read_apart(), transaction.atomic():
            district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=case.district_id)
            before, kept = standing_of(district, today), kind.watched(district, today)
            more = [line.plain() for line in kind.effects(district, change.values, today)]
            kind.apply(Applying(district, change.values, case, change.reason, by, today))
            changed = District.objects.get(pk=district.pk)
            after, left = standing_of(changed, today), kind.watched(changed, today)
            transaction.set_rollback(True)
    except Refused:
        return []
    moved = [_line(what, before, after) for what in {**before, **after} if before.get(what) != after.get(what)]
    return [*moved, *(_line(what, kept, left) for what in {**kept, **left}), *more]


def _line(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    return {"what": what, "before": before.get(what, "不核对"), "after": after.get(what, "不再核对")}


def on_hand_up(taken: Taken) -> None:
    """提交审核: store who submitted; that person may not sign."""
    taken.obj.handed_by = taken.by


def on_sign(taken: Taken) -> None:
    """签发并提交: freeze comparison and effects, give the number (kept when submitted again)."""
    case, now = taken.obj, clock.now()
    change = case.change
    change.lines = [line.plain() for line in change_kind(change.kind).lines(case.district, change.values)]
    change.effects = rehearse(case, by=taken.person)
    change.save(update_fields=["lines", "effects"])
    case.number = case.number or next_number(case.kind, now.year)
    case.submitted_at = case.sent_at = now
    case.save(update_fields=["number", "submitted_at", "sent_at"])
    give(case)


def on_enter_sign(taken: Taken) -> None:
    """代录签发 of a change on paper: freeze as with the signer's own signature."""
    enter(case=taken.obj, by=taken.person, action="sign", entry=taken.values["entry"])
    on_sign(taken)


def on_back(taken: Taken) -> None:
    """Return to the draft, hidden from others until it is submitted again, unless it arrived on paper; the number is kept."""
    case = taken.obj
    drop_consultations(case)
    case.submitted_at = case.accepted_at = None
    if not came_on_paper(case):
        case.sent_at = None


def on_to_check(taken: Taken) -> None:
    """提交审核: the officer passes it on."""
    taken.obj.accepted_at = taken.obj.accepted_at or clock.now()


def on_approve(taken: Taken) -> None:
    """同意变更 by the last link of the chain: apply the change in the same transaction."""
    case, by = taken.obj, taken.person
    record(taken)
    change, settled = case.change, rehearse(case, by=by)
    district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=case.district_id)
    applying = Applying(district, change.values, case, change.reason, by, clock.today())
    change.result = fitted(change, "result", change_kind(change.kind).apply(applying))
    change.applied_at, change.settled = clock.now(), settled
    change.save(update_fields=["result", "applied_at", "settled"])
    audit.record(action="change.apply", by=by, obj=case, data={"kind": change.kind, "lines": change.lines, "result": change.result})
    freeze(case=case, step=DossierStep.DECISION, by=by)


def on_refuse(taken: Taken) -> None:
    """审定不同意 with a reason."""
    change = taken.obj.change
    change.settled = rehearse(taken.obj, by=taken.person)
    change.save(update_fields=["settled"])
    record_and_freeze(taken)
