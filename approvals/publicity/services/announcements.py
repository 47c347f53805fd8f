"""公告批次: add decided cases to a batch; publishing the batch grants and ends titles."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse

from approvals.applications.services import papers
from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.rules import may_announce
from approvals.common.enums import CaseKind, LossGround, TitleEnd, TitleKind
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement, AnnouncementLine
from approvals.titles.services import titles
from districts.baselines.services import freeze_baseline
from districts.common.enums import BaselineKind
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.writing import writing
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store
from greendistrict.workflow.declaration import Values
from greendistrict.workflow.dry_run import is_dry_run, tell
from greendistrict.workflow.procedure import Taken, hold, hold_version, procedure_of, take

READY = {CaseKind.LOSS: "served"}  # a decision against the holder must be served before it is announced
ENDS = {LossGround.CANCEL: TitleEnd.CANCELLED, LossGround.REVOKE: TitleEnd.REVOKED}
TITLE_OF = {CaseKind.APPLICATION: TitleKind.PILOT, CaseKind.ACCEPTANCE: TitleKind.DEMONSTRATION}


GRANT_WORDS = "关于公布上海市绿色生态城区的公告"
LOSS_WORDS = "关于取消（撤销）上海市绿色生态城区称号的公告"


def next_batch(year: int, *, demo: bool) -> int:
    """Number of the next batch of a year; demonstration data have their own numbers."""
    last = Announcement.objects.filter(year=year, is_demo=demo).aggregate(last=Max("batch"))["last"]
    return (last or 0) + 1


@transaction.atomic
def create_batch(*, by: User, cases: Sequence[Case] = (), year: int | None = None, demo: bool = False) -> Announcement:
    """Create the next batch of the year with decided cases."""
    _hold(by)
    year = year or clock.today().year
    loss = bool(cases) and all(case.kind == CaseKind.LOSS for case in cases)
    announcement = _created(by=by, year=year, demo=demo, title=LOSS_WORDS if loss else GRANT_WORDS)
    audit.record(action="announcement.create", by=by, obj=announcement)
    return set_lines(announcement=announcement, cases=cases, by=by) if cases else announcement


def _created(*, by: User, year: int, demo: bool, title: str) -> Announcement:
    """Create the batch with the next number; a unique constraint settles a race between two officers."""
    values = {"title": title, "is_demo": demo, "created_by": by}
    try:
        with transaction.atomic():
            return Announcement.objects.create(year=year, batch=next_batch(year, demo=demo), **values)
    except IntegrityError as error:
        msg = "刚有人建立了批次，请再办一次"
        raise Refused(msg) from error


@writing
def set_lines(*, announcement: Announcement, cases: Sequence[Case], by: User, version: int | None = None) -> Announcement:
    """Set cases and their order in the draft batch. Raises ``Refused`` for undecided cases."""
    _hold(by)
    stored: Announcement = hold(announcement)
    if version is not None:
        hold_version(stored, version, "期间已有人修改了这个批次，请核对后再办")
    Refused.when(stored.status != AnnouncementState.DRAFT, "这个批次已经公告，不能再改")
    found = []
    for case in cases:
        if case.status != READY.get(CaseKind(case.kind), CaseState.DECIDED):
            found.append(Refusal(f"{case}尚未{'送达' if case.kind == CaseKind.LOSS else '审定'}，不能列入公告"))
        elif case.is_demo != stored.is_demo:
            found.append(Refusal(f"{case}：演示数据和正式数据不能列在同一批次"))
        elif AnnouncementLine.objects.filter(case=case).exclude(announcement=stored).exists():
            found.append(Refusal(f"{case}已列入其他批次"))
    if len({case.kind == CaseKind.LOSS for case in cases}) > 1:
        found.append(Refusal("授予称号和取消、撤销称号不能列在同一批次"))
    if found:
        raise Refused(found)
    if [case.pk for case in cases] == list(stored.lines.order_by("order").values_list("case_id", flat=True)):
        return stored
    stored.lines.all().delete()
    lines = [AnnouncementLine(announcement=stored, case=case, order=order) for order, case in enumerate(cases, start=1)]
    AnnouncementLine.objects.bulk_create(lines)
    stored.approved_by, stored.approved_at = None, None
    _touch(stored, "approved_by", "approved_at")
    return stored


@transaction.atomic
def save_draft(
    *,
    announcement: Announcement,
    cases: Sequence[Case],
    title: str,
    number: str,
    announced_on: dt.date | None,
    by: User,
    scan: "UploadedFile[Any] | None" = None,
    version: int | None = None,
) -> Announcement:
    """Store everything typed of a draft batch: its cases as ``set_lines``, and title, number, date and scan for the announcement."""
    stored = set_lines(announcement=announcement, cases=cases, by=by, version=version)
    typed: dict[str, Any] = {
        "title": fitted(Announcement, "title", title.strip()) or stored.title,
        "number": fitted(Announcement, "number", number.strip()),
        "announced_on": announced_on,
    }
    if scan is not None:
        typed["scan"] = _scan(stored, scan, by)
    changed = [name for name, value in typed.items() if getattr(stored, name) != value]
    for name in changed:
        setattr(stored, name, typed[name])
    if changed:
        _touch(stored, *changed)
        audit.record(action="announcement.save", by=by, obj=stored, data={"fields": changed})
    return stored


def _scan(batch: Announcement, upload: "UploadedFile[Any]", by: User) -> Evidence:
    return store(owner=batch, upload=upload, kind="公告", title=f"{batch}公告", by=by, replaces=batch.scan)


def approve(*, announcement: Announcement, by: User, version: int | None = None) -> Announcement:
    """审定 the list of a draft batch; a list changed afterwards must be approved again. Raises like ``take``."""
    seen = announcement.version if version is None else version
    take(obj=announcement, action="approve", by=by, version=seen)
    return announcement


def on_approve(taken: Taken) -> None:
    """Store who approved the list, and when; a dry run tells what the announcement of each case will do."""
    taken.obj.approved_by, taken.obj.approved_at = taken.by, clock.now()
    if is_dry_run():
        tell("公告后公开", f"{taken.obj}名单，称号名录、开放数据和订阅随即改变")
        for line in taken.facts["lines"]:
            _tell_announced(line.case)


def _tell_announced(case: Case) -> None:
    if case.kind == CaseKind.LOSS:
        tell("公告后终止称号", f"{case.district.name}，{ENDS[LossGround(case.loss.ground)].label}，{case.number}")
    else:
        star = f"，{case.get_star_found_display()}" if case.star_found else ""
        tell("公告后授予称号", f"{case.district.name}，{TITLE_OF[CaseKind(case.kind)].label}{star}，{case.number}")
    told = procedure_of(case).receivers("announce", case.status).words
    if told:
        tell("公告后通知", f"{case.number}：{told}")


def publish(
    *,
    announcement: Announcement,
    by: User,
    number: str,
    announced_on: dt.date | None,
    title: str = "",
    scan: "UploadedFile[Any] | None" = None,
    version: int | None = None,
) -> Announcement:
    """公告: announce every case of the batch, grant titles, receive tables, freeze pilot baselines.

    One transaction for the whole batch. Raises like ``take``, with all reasons at once.
    """
    values = {
        "number": fitted(Announcement, "number", number.strip()),
        "announced_on": announced_on,
        "title": fitted(Announcement, "title", title.strip()),
        "scan": scan,
    }
    seen = announcement.version if version is None else version
    take(obj=announcement, action="publish", by=by, version=seen, values=values)
    return announcement


def published(batch: Announcement, _by: User | None, values: Values) -> dict[str, Any]:
    """Number, day and title, stored with the state."""
    return {"number": values["number"], "announced_on": values["announced_on"], "title": values["title"] or batch.title}


def on_publish(taken: Taken) -> None:
    """Store the scan unless the draft has it, and announce every case of the batch."""
    batch, scan = taken.obj, taken.values["scan"]
    if scan is not None:
        batch.scan = _scan(batch, scan, taken.person)
    page = reverse("approvals:announcement", args=[batch.pk])
    tell("公众页", f"{page} 公布{batch}名单，称号名录、开放数据和订阅随即改变")
    for line in taken.facts["lines"]:
        _announce(line.case, batch, taken.person)


def _announce(case: Case, announcement: Announcement, by: User) -> None:
    reason = f"{announcement}，{announcement.number}"
    take(obj=case, action="announce", by=by, version=None, reason=reason, bulk=True)
    if case.kind == CaseKind.LOSS:
        day, how = announcement.announced_on or clock.today(), ENDS[LossGround(case.loss.ground)]
        ground = f"{announcement}，{case.decision_number}"
        titles.end(district=case.district, how=how, on=day, by=by, reason=ground, case=case, announcement=announcement)
        return
    kind = TITLE_OF[CaseKind(case.kind)]
    title = titles.grant(case=case, announcement=announcement, kind=kind, by=by)
    papers.move_table(case, "receive", by=by)
    if kind == TitleKind.PILOT:
        freeze_baseline(district=case.district, kind=BaselineKind.PILOT, reason=f"授予试点称号 {title.number}", by=by)


def _hold(by: User) -> None:
    NotAllowed.unless(may_announce(posts_of(by)), "公告由市级经办办理")


def _touch(announcement: Announcement, *fields: str) -> None:
    announcement.version += 1
    announcement.save(update_fields=[*fields, "version"])
