"""公示 before a title is granted (setting ``publicity``), and the objections filed while it is open."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from approvals.acceptancefacts import acceptance_facts
from approvals.enums import CaseKind
from approvals.facts import chain_asked, conclusion_of, held_without_extension, latest_notice, notice_facts, open_musts
from approvals.models import Case, Notice, NoticeExtension, Objection
from approvals.rules import is_officer
from approvals.services.steps import locked, move, touch
from approvals.services.telling import people, tell_of
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused
from greendistrict.policy import parameters

PER_HOUR = 5
TITLE_WORDS: dict[str, str] = {CaseKind.APPLICATION: "试点", CaseKind.ACCEPTANCE: "示范"}


def notice_span(opens_on: dt.date, days: int, calendar: workdays.WorkCalendar) -> tuple[dt.date, dt.date]:
    """First and last day of a notice of ``days`` working days; the first day counts when offices work on it."""
    first = calendar.roll_forward(opens_on)
    return first, calendar.add(first, days - 1)


def standard_text(case: Case) -> str:
    """Draft of the notice (参考稿): what was reviewed, what is intended, where to object."""
    star = f"{case.get_star_found_display()}" if case.star_found else ""
    reviewed = "终期验收审查" if case.kind == CaseKind.ACCEPTANCE else "专家技术审查"
    return (
        f"经{reviewed}，{case.district.name}（申报主体：{case.applicant.name}）达到绿色生态城区{star}要求，"
        f"拟授予“上海市绿色生态城区{TITLE_WORDS[case.kind]}”称号，现予公示。公示期内如有意见，请在本页提出，注明事实和理由。"
    )


def _asked(case: Case) -> Mapping[str, Any]:
    if case.kind == CaseKind.ACCEPTANCE:
        return acceptance_facts(case)
    return {"conclusion": conclusion_of(case), "notice": notice_facts(case), "opinions": open_musts(case)}


@transaction.atomic
def case_open_notice(*, case: Case, by: User, opens_on: dt.date | None = None, body: str = "", version: int | None = None) -> Notice:
    """公示: open for the setting's number of working days from ``opens_on`` (today when not given)."""
    case, today = locked(case, version), clock.today()
    start = opens_on or today
    if start < today:
        msg = "公示开始日期不能早于今天"
        raise Refused(msg)
    move(case, "open_notice", by, facts=_asked(case))
    first, last = notice_span(start, parameters.load().integer("publicity.days"), workdays.current())
    title = f"{case.district.name}拟授予绿色生态城区{TITLE_WORDS[case.kind]}称号的公示"
    text = body.strip() or standard_text(case)
    return Notice.objects.create(case=case, title=title, body=text, opens_on=first, closes_on=last, opened_by=by)


@transaction.atomic
def case_close_notice(*, case: Case, by: User, version: int | None = None) -> Case:
    """公示结束，提交审核: after the last day, every objection answered."""
    return _closed("close_notice", case=case, by=by, version=version)


@transaction.atomic
def case_close_notice_to_decide(*, case: Case, by: User, version: int | None = None) -> Case:
    """公示结束，报审定, where the settings' chain has no 审核."""
    return _closed("close_notice_to_decide", case=case, by=by, version=version)


def _closed(action: str, *, case: Case, by: User, version: int | None) -> Case:
    case = locked(case, version)
    move(case, action, by, facts={"notice": notice_facts(case), "on": clock.today(), "chain": chain_asked(case, parameters.load())})
    notice = latest_notice(case)
    if notice is not None:
        notice.closed_at = clock.now()
        notice.save(update_fields=["closed_at"])
    return case


@transaction.atomic
def file_objection(*, notice: Notice, text: str, name: str = "", contact: str = "", address: str = "") -> Objection:
    """Take an objection from anybody while the notice is open; without a name it is kept as a lead.

    Raises ``Closed`` outside the notice's days, ``Refused`` when too many came from one address within an hour.
    """
    now = clock.now()
    if not notice.opens_on <= now.date() <= notice.closes_on or notice.closed_at:
        msg = "公示期已过或尚未开始，不再接收意见"
        raise Closed(msg)
    if not text.strip():
        msg = "请写明意见"
        raise Refused(msg)
    origin = salted_hmac("approvals.objection", address).hexdigest() if address else ""
    recent = Objection.objects.filter(origin=origin, filed_at__gt=now - dt.timedelta(hours=1))
    if origin and recent.count() >= PER_HOUR:
        msg = "同一地址一小时内提出的意见过多，请稍后再提"
        raise Refused(msg)
    objection = Objection.objects.create(
        notice=notice, name=name.strip()[:60], contact=contact.strip()[:100], text=text.strip(), origin=origin, filed_at=now
    )
    case = notice.case
    tell_of(case, people(case, "officer"), key=f"objection:{objection.pk}", words="公示收到意见")
    return objection


@transaction.atomic
def extend_notice(*, case: Case, by: User, reason: str, days: int | None = None, version: int | None = None) -> NoticeExtension:
    """延长公示 because an objection holds: another period of the setting's length (or ``days`` working days) from today or the last day.

    Raises ``NotAllowed`` for anybody but the officer, ``Refused`` without a reason, a held objection or an open notice.
    """
    case, calendar = locked(case, version), workdays.current()
    notice = latest_notice(case)
    if not is_officer(by, case):
        msg = "公示由市级经办延长"
        raise NotAllowed(msg)
    if case.status != "notice" or notice is None or notice.closed_at:
        msg = "只有公示中的办件可以延长公示"
        raise Refused(msg)
    if not held_without_extension(notice):
        msg = "没有查实成立的意见，不需要延长公示"
        raise Refused(msg)
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
    """Answer once, saying whether the objection holds; the officer's task."""
    case = objection.notice.case
    if not is_officer(by, case):
        msg = "公示意见由市级经办答复"
        raise NotAllowed(msg)
    stored = Objection.objects.select_for_update().get(pk=objection.pk)
    if stored.replied_at is not None:
        msg = "这条意见已经答复"
        raise Refused(msg)
    if not reply.strip():
        msg = "请写明答复"
        raise Refused(msg)
    stored.reply, stored.held, stored.replied_at, stored.replied_by = reply.strip(), held, clock.now(), by
    stored.save(update_fields=["reply", "held", "replied_at", "replied_by"])
    audit.record(action="notice.answer_objection", by=by, obj=case, data={"held": held})
    touch(case)
    return stored
