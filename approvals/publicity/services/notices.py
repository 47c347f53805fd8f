"""Objections filed during a 公示, and extensions of the notice."""

import datetime as dt

from django.db import transaction
from django.utils.crypto import salted_hmac

from approvals.cases.enums import CaseState
from approvals.cases.facts import held_without_extension, latest_notice
from approvals.cases.models.cases import Case
from approvals.cases.models.notices import Notice, Objection
from approvals.cases.rules import is_officer
from approvals.cases.selectors.cases import day_of
from approvals.cases.services.locking import held, touch
from approvals.publicity.models import NoticeExtension
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused
from greendistrict.core.writing import writing
from greendistrict.policy import parameters
from greendistrict.workflow import outbox
from greendistrict.workflow.procedure import notify_event

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
