"""Open, extend and close notices; publish batches."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.crypto import salted_hmac

from approvals.applications.services.drafts import move_table
from approvals.cases.enums import CaseState
from approvals.cases.facts import held_without_extension, latest_notice
from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import Notice, Objection
from approvals.cases.rules import is_officer, may_announce
from approvals.cases.selectors.cases import day_of
from approvals.cases.services import held, touch
from approvals.common.enums import CaseKind, LossGround, TitleEnd, TitleKind
from approvals.publicity.models import NoticeExtension
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement, AnnouncementLine
from approvals.titles.services.notices import issued
from approvals.titles.services.titles import end, grant
from districts.baselines.services import freeze_baseline
from districts.common.enums import BaselineKind
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused
from greendistrict.core.writing import writing
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store
from greendistrict.policy import parameters
from greendistrict.workflow import outbox
from greendistrict.workflow.declaration import Values
from greendistrict.workflow.dry_run import is_dry_run, tell
from greendistrict.workflow.procedure import Taken, hold, hold_version, notify_event, procedure_of, take

# 公告批次: add decided cases to a batch; publishing the batch grants and ends titles.

READY = {CaseKind.LOSS: "served"}  # a decision against the holder must be served before it is announced
ENDS = {LossGround.CANCEL: TitleEnd.CANCELLED, LossGround.REVOKE: TitleEnd.REVOKED}
TITLE_OF = {CaseKind.APPLICATION: TitleKind.PILOT, CaseKind.ACCEPTANCE: TitleKind.DEMONSTRATION}


GRANT_WORDS = "关于上海市{}绿色生态城区项目的公告"  # as the city words it
LOSS_WORDS = "关于取消（撤销）上海市绿色生态城区称号的公告"


@transaction.atomic
def create_batch(*, by: User, cases: Sequence[Case] = (), year: int | None = None, demo: bool = False) -> Announcement:
    """Create the next batch of the year with decided cases."""
    _hold(by)
    year = year or clock.today().year
    loss = bool(cases) and all(case.kind == CaseKind.LOSS for case in cases)
    announcement = _created(by=by, year=year, demo=demo, title=LOSS_WORDS if loss else "")
    audit.record(action="announcement.create", by=by, obj=announcement)
    return set_lines(announcement=announcement, cases=cases, by=by) if cases else announcement


def _created(*, by: User, year: int, demo: bool, title: str) -> Announcement:
    """Create the batch with the next number, which its title names where none is given.

    A unique constraint settles a race between two officers.
    """
    values = {"title": title, "is_demo": demo, "created_by": by}
    try:
        with transaction.atomic():
            # batches are numbered by year; demonstration data have their own numbers
            last = Announcement.objects.filter(year=year, is_demo=demo).aggregate(last=Max("batch"))["last"]
            batch = Announcement(year=year, batch=(last or 0) + 1, **values)
            batch.title = title or GRANT_WORDS.format(batch.word)
            batch.save()
            return batch
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
        star = f"，{case.star_words}" if case.star_found else ""
        tell("公告后授予称号", f"{case.district.name}，{TITLE_OF[CaseKind(case.kind)].label}{star}，{case.number}")
    words = procedure_of(case).receivers("announce", case.status).words
    if words:
        tell("公告后通知", f"{case.number}：{words}")


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
        end(district=case.district, how=how, on=day, by=by, reason=ground, case=case, announcement=announcement)
        return
    kind = TITLE_OF[CaseKind(case.kind)]
    title = grant(case=case, announcement=announcement, kind=kind, by=by)
    move_table(case, "receive", by=by)
    if kind == TitleKind.PILOT:
        freeze_baseline(district=case.district, kind=BaselineKind.PILOT, reason=f"授予试点称号 {title.number}", by=by)


def _hold(by: User) -> None:
    NotAllowed.unless(may_announce(posts_of(by)), "公告由市级经办办理")


def _touch(announcement: Announcement, *fields: str) -> None:
    announcement.version += 1
    announcement.save(update_fields=[*fields, "version"])


# Objections filed during a 公示, and extensions of the notice.

ANSWERED = "objection_answered"  # event kind of the outbox; an app on a higher layer notifies the people concerned


@writing
def file_objection(
    *, notice: Notice, text: str, name: str = "", contact: str = "", address: str = "", came: dt.datetime | None = None
) -> Objection:
    """Store an objection that came while the notice was open (by default now); an anonymous one is kept as a lead.

    How many are taken is for the caller to bound. Raises ``Closed`` outside the notice's days, ``Refused`` without words.
    """
    filed_at = came or clock.now()
    ensure_open(notice, filed_at)
    Refused.unless(text.strip(), "请写明意见")
    origin = salted_hmac("approvals.objection", address).hexdigest() if address else ""
    objection = Objection.objects.create(
        notice=notice,
        name=fitted(Objection, "name", name.strip()),
        contact=contact.strip()[:100],
        text=text.strip(),
        origin=origin,
        filed_at=filed_at,
    )
    notify_event(notice.case, "objection", mark=objection.pk)
    return objection


def ensure_open(notice: Notice, moment: dt.datetime) -> None:
    """Raise ``Closed`` unless the notice takes objections that came at this moment."""
    in_days = notice.opens_on <= day_of(moment) <= notice.closes_on
    Closed.when(not in_days or notice.closed_at, "公示期已过或尚未开始，不再接收意见")


@transaction.atomic
def extend_notice(*, case: Case, by: User, reason: str, days: int | None = None, version: int | None = None) -> NoticeExtension:
    """延长公示 by the length in the settings (or ``days`` working days), from today or the last day, whichever is later.

    Raises ``NotAllowed`` for anybody but the officer; ``Refused`` without a reason, without a justified objection, or if no notice is open.
    """
    case, calendar = held(case, version), workdays.current()
    notice = latest_notice(case)
    NotAllowed.unless(is_officer(posts_of(by), case), "公示由市级经办延长")
    if case.status != CaseState.NOTICE or notice is None or notice.closed_at:
        msg = "只有公示中的办件可以延长公示"
        raise Refused(msg)
    Refused.unless(held_without_extension(notice), "没有查实成立的意见，不需要延长公示")
    if not reason.strip():
        raise Refused([Refusal("请填写理由", field="reason")])
    span = days or parameters.load().integer("publicity.days")
    until = calendar.add(max(clock.today(), notice.closes_on), span)
    made = NoticeExtension.objects.create(notice=notice, was=notice.closes_on, until=until, reason=reason.strip(), by=by, at=clock.now())
    notice.closes_on = until
    notice.save(update_fields=["closes_on"])
    issued(notice)
    audit.record(
        action="notice.extend", by=by, obj=case, data={"was": made.was.isoformat(), "until": until.isoformat(), "reason": made.reason}
    )
    touch(case)
    return made


@transaction.atomic
def answer_objection(*, objection: Objection, by: User, reply: str, held: bool) -> Objection:
    """Answer an objection (once), and state whether it is justified; officer only."""
    case = objection.notice.case
    NotAllowed.unless(is_officer(posts_of(by), case), "公示意见由市级经办答复")
    stored = Objection.objects.select_for_update(no_key=True).get(pk=objection.pk)
    Refused.when(stored.replied_at is not None, "这条意见已经答复")
    Refused.unless(reply.strip(), "请写明答复")
    stored.reply, stored.held, stored.replied_at, stored.replied_by = reply.strip(), held, clock.now(), by
    stored.save(update_fields=["reply", "held", "replied_at", "replied_by", "replied_by_principal"])
    audit.record(action="notice.answer_objection", by=by, obj=case, data={"held": held})
    outbox.emit(ANSWERED, f"{ANSWERED}:{stored.pk}", {"objection": stored.pk})
    touch(case)
    return stored


@transaction.atomic
def reveal_contact(*, objection: Objection, by: User, reason: str) -> str:
    """Contact data of the objector; the access is recorded with the reason. Officer only."""
    case = objection.notice.case
    NotAllowed.unless(is_officer(posts_of(by), case), "公示意见由市级经办答复")
    audit.record(action="notice.reveal_contact", by=by, obj=case, data={"objection": objection.pk, "reason": reason})
    contact: str = objection.contact
    return contact
