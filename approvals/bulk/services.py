"""Bulk actions on cases, and storing imported historical records."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.bulk.takeover import TakeoverRow
from approvals.cases.disclosure import right_in
from approvals.cases.enums import CaseState
from approvals.cases.lifecycle import state_of
from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.cases.models.correspondence import Archive, BulkRun
from approvals.cases.rules import may_work_in_bulk
from approvals.cases.selectors.cases import OF_CASE, turn_outside, urged_in_bulk
from approvals.cases.services import people
from approvals.common.duties import duties
from approvals.common.enums import BulkKind, TitleKind
from approvals.publicity.services import create_batch, set_lines
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement, HistoricSelfCheck
from approvals.titles.services.titles import HistoricTitle, record_historic
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.documents.services import store
from greendistrict.workflow import urged
from greendistrict.workflow.procedure import notify_event

# Bulk actions: a dry run gives the reason for each excluded case, one transaction executes it, undo where permitted.

MOST = 500


@dataclass(frozen=True)
class BulkItem:
    """One case of a bulk action. ``out``: reason for its exclusion, empty if included; ``detail``: what will happen to it."""

    case: Case
    out: str = ""
    detail: str = ""

    @property
    def label(self) -> str:
        """Number and name of the case."""
        return f"{self.case.number or '未提交'} {self.case}"


def plan(*, kind: str, cases: Sequence[Case], by: User) -> list[BulkItem]:
    """Dry run: every case with what would happen to it. Raises ``NotAllowed``, or ``Refused`` for more than 500 cases."""
    NotAllowed.unless(may_work_in_bulk(posts_of(by)), "批量办理由市级经办进行")
    if len(cases) > MOST:
        msg = f"一次最多{MOST}件，请缩小查询条件"
        raise Refused(msg)
    judge = JUDGES[BulkKind(kind)]
    items = [judge(case) for case in cases]
    return _not_too_soon(items) if kind == BulkKind.REMIND else items


def _remind(case: Case) -> BulkItem:
    if case.status in CLOSED_STATES:
        return BulkItem(case, state_of(case).label)
    if right := right_in(case):
        return BulkItem(case, f"{right}，不催办（{state_of(case).label}）")
    waiting = turn_outside(case)
    if not waiting:
        return BulkItem(case, f"现由市级或评审办理（{state_of(case).label}）")
    names = [user.name for party in waiting for user in people(case, party)]
    if not names:
        return BulkItem(case, "没有在任的经办人")
    return BulkItem(case, detail=f"通知{'、'.join(names)}")


def _not_too_soon(items: Sequence[BulkItem]) -> list[BulkItem]:
    """Exclude cases that were reminded recently, in bulk or through their obligation."""
    limit, keys = urged.UrgingLimit(clock.today()), {item.case.pk: urged.matter(OF_CASE, item.case.pk) for item in items if not item.out}
    last = limit.last_urged(set(keys.values()), urged_in_bulk, duties().urged_of_cases)
    said = {pk: limit.why_too_soon(last[key]) for pk, key in keys.items() if key in last}
    return [replace(item, out=said[item.case.pk], detail="") if said.get(item.case.pk) else item for item in items]


def _announce(case: Case) -> BulkItem:
    if case.status != CaseState.DECIDED:
        return BulkItem(case, f"不是已审定待公告（{state_of(case).label}）")
    line = getattr(case, "announcement_line", None)
    return BulkItem(case, f"已列入{line.announcement}") if line else BulkItem(case, detail="列入新的公告批次")


def _archive(case: Case) -> BulkItem:
    if case.status not in CLOSED_STATES:
        return BulkItem(case, f"尚未办结（{state_of(case).label}）")
    return BulkItem(case, "已存查") if hasattr(case, "archive") else BulkItem(case, detail="存查，仍可查阅")


JUDGES: dict[str, Callable[[Case], BulkItem]] = {BulkKind.REMIND: _remind, BulkKind.ANNOUNCE: _announce, BulkKind.ARCHIVE: _archive}


@transaction.atomic
def carry_out(*, kind: str, cases: Sequence[Case], expected: Iterable[int], by: User) -> BulkRun:
    """Execute what the dry run showed, all or nothing.

    ``expected``: primary keys of the cases included in the dry run. Raises ``Stale`` if that set has changed since, ``Refused`` if it is
    empty.
    """
    if kind == BulkKind.REMIND:
        urged.hold()
    keys = [case.pk for case in cases]
    rows = Case.objects.select_for_update(of=("self",), no_key=True).select_related("district", "applicant")
    locked = list(rows.filter(pk__in=keys).order_by("pk"))
    items = plan(kind=kind, cases=locked, by=by)
    taking_part = [item.case for item in items if not item.out]
    Stale.when({case.pk for case in taking_part} != set(expected), "期间情况有变化，请按新的清单核对后再办")
    Refused.unless(taking_part, "没有可以办理的项")
    kept = [{"pk": item.case.pk, "label": item.label, "out": item.out} for item in items]
    run = BulkRun.objects.create(kind=kind, items=kept, by=by, at=clock.now())
    DOERS[BulkKind(kind)](run, taking_part, by)
    audit.record(action="bulk.carry_out", by=by, obj=run, data={"kind": kind, "done": run.done, "out": len(kept) - run.done})
    return run


def _do_remind(run: BulkRun, cases: Sequence[Case], by: User) -> None:
    for case in cases:
        notify_event(case, "remind", by, mark=run.pk, reason=f"现为“{state_of(case).label}”。{by.name}催办。")


def _do_announce(run: BulkRun, cases: Sequence[Case], by: User) -> None:
    Refused.when(len({case.is_demo for case in cases}) > 1, "演示数据和正式数据不能列在同一批次")
    batch = create_batch(by=by, cases=cases, demo=cases[0].is_demo)
    run.note = f"{batch.pk}"
    run.save(update_fields=["note"])


def _do_archive(run: BulkRun, cases: Sequence[Case], by: User) -> None:
    del by
    Archive.objects.bulk_create(Archive(case=case, run=run, at=run.at) for case in cases)


DOERS: dict[str, Callable[[BulkRun, Sequence[Case], User], None]] = {
    BulkKind.REMIND: _do_remind,
    BulkKind.ANNOUNCE: _do_announce,
    BulkKind.ARCHIVE: _do_archive,
}


def why_not_undone(run: BulkRun) -> str:
    """Why a run cannot be undone; empty if it can."""
    if run.undone_at is not None:
        return "已撤销"
    if run.kind == BulkKind.REMIND:
        return "消息已发出，不能撤回"
    if run.kind == BulkKind.TITLES:
        return "称号记录永久保存，更正另行办理"
    if run.kind == BulkKind.ANNOUNCE and not Announcement.objects.filter(pk=run.note or 0, status=AnnouncementState.DRAFT).exists():
        return "批次已经公告"
    return ""


@transaction.atomic
def undo(*, run: BulkRun, by: User) -> BulkRun:
    """撤销: undo a whole run. Raises ``NotAllowed``, or ``Refused`` with the reason."""
    NotAllowed.unless(may_work_in_bulk(posts_of(by)), "批量办理由市级经办撤销")
    locked = BulkRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if reason := why_not_undone(locked):
        raise Refused(reason)
    if locked.kind == BulkKind.ARCHIVE:
        locked.archives.all().delete()
    elif locked.kind == BulkKind.CHECKS:
        locked.self_checks.all().delete()
    else:
        set_lines(announcement=Announcement.objects.get(pk=locked.note), cases=[], by=by)
    locked.undone_at, locked.undone_by = clock.now(), by
    locked.save(update_fields=["undone_at", "undone_by", "undone_by_principal"])
    audit.record(action="bulk.undo", by=by, obj=locked, data={"kind": locked.kind})
    return locked


# Store imported historical records as previewed: all valid rows in one transaction.


@transaction.atomic
def take_over(*, kind: str, rows: Sequence[TakeoverRow], by: User) -> BulkRun:
    """Store the rows without problems; the run keeps the other rows with their problems.

    Raises ``NotAllowed`` for anybody but the city's officer, ``Refused`` if no row is valid.
    """
    _hold(by)
    good = [row for row in rows if not row.problems]
    Refused.unless(good, "没有可以补录的行")
    items = [
        {"pk": row.number, "label": f"第{row.number}行 {row.typed.get('城区') or ''}", "out": "；".join(row.problems_by_cell)}
        for row in rows
    ]
    run = BulkRun.objects.create(kind=kind, items=items, by=by, at=clock.now())
    for row in sorted(good, key=lambda row: row.value.get("kind") == TitleKind.DEMONSTRATION):  # a pilot title first, whatever their order
        _title(row, by) if kind == BulkKind.TITLES else _check(row, run)
    audit.record(action="bulk.carry_out", by=by, obj=run, data={"kind": kind, "done": run.done, "out": len(rows) - run.done})
    return run


def _title(row: TakeoverRow, by: User) -> None:
    value = row.value
    title = HistoricTitle(
        kind=value["kind"],
        policy=value["policy"],
        source=value["source"],
        certainty=value["certainty"],
        star=value["star"],
        granted_on=value["granted_on"],
        edition_text=value["edition_text"],
        number=value["number"],
    )
    record_historic(district=value["district"], title=title, by=by)


def _check(row: TakeoverRow, run: BulkRun) -> None:
    value = row.value
    HistoricSelfCheck.objects.create(
        district=value["district"],
        year=value["year"],
        filed_on=value["filed_on"],
        source=value["source"],
        certainty=value["certainty"],
        note=value["note"],
        run=run,
    )


@transaction.atomic
def add_scan(*, record: HistoricSelfCheck, upload: "UploadedFile[Any]", by: User) -> HistoricSelfCheck:
    """Store the scan of an old self-check with its record; it never gets a score."""
    _hold(by)
    title = f"{record.district.name}{record.year}年度自查（历史补录）"
    record.scan = store(owner=record, upload=upload, kind="历史自查", title=title, by=by, replaces=record.scan)
    record.save(update_fields=["scan"])
    return record


def _hold(by: User) -> None:
    NotAllowed.unless(may_work_in_bulk(posts_of(by)), "历史补录由市级经办办理")
