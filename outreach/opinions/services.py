"""Write opinions: filing within hourly and daily limits, answering, publishing, setting aside."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from approvals.cases.models.notices import Notice, Objection
from approvals.publicity.services.notices import file_objection
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock, limits
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused, TooMany
from greendistrict.core.reference_numbers import next_number
from greendistrict.workflow import outbox
from outreach.common.receipts import new_receipt
from outreach.opinions.enums import OpinionProgress, OpinionSubject
from outreach.opinions.models import PublicOpinion
from outreach.opinions.rules import may_handle_opinions, may_read_opinions
from outreach.opinions.selectors import filed_since

PREFIX = "GZ"
ANSWERED = "opinion_answered"  # kind of outbox row, handled by an upper app
AN_HOUR = 5  # per address, as for objections
LOOKS_A_MINUTE = 20
HOUR, MINUTE = 3600, 60
OFFICER = "公众意见由市级经办办理"
FULL = "今天收到的意见已达上限，请明天再提，或者来信来电"


class OpinionWords(NamedTuple):
    """Contents of a filed opinion."""

    text: str
    name: str = ""
    contact: str = ""
    may_publish: bool = False
    areas: Sequence[str] = ()


class OpinionReceipt(NamedTuple):
    """The stored opinion, and its secret code, which is shown once."""

    opinion: PublicOpinion
    code: str


def may_look(address: str) -> bool:
    """Count a receipt look-up from this address; False above the limit per minute."""
    return limits.within(f"outreach:receipt:{limits.place_of(address)}", LOOKS_A_MINUTE, seconds=MINUTE)


@transaction.atomic
def file_opinion(*, words: OpinionWords, address: str, notice: Notice | None = None, district: District | None = None) -> OpinionReceipt:
    """Store an opinion on a notice, a district or (with neither) the programme; on an open notice it becomes an objection of the case.

    Raises ``TooMany`` above the limits, ``Closed`` outside the notice period, ``Refused`` if the same address filed the same text today.
    """
    place = limits.place_of(address)
    if not limits.within(f"outreach:file:{place}", AN_HOUR, seconds=HOUR):
        msg = "同一地址一小时内提出的意见过多，请稍后再提"
        raise TooMany(msg)
    Refused.unless(words.text.strip(), "请写明意见")
    now, origin = clock.now(), salted_hmac("outreach.opinion", place).hexdigest()
    number = next_number(PREFIX, now.astimezone(clock.SHANGHAI).year)  # serialises filings while the limits are counted
    _hold_bounds(notice, clock.day_began())
    about: dict[str, District | Objection | None] = {"district": district, "objection": None}
    kept = {"name": fitted(PublicOpinion, "name", words.name.strip()), "contact": words.contact.strip()[:100], "text": words.text.strip()}
    said_before = PublicOpinion.objects.filter(origin=origin, filed_at__gte=clock.day_began(), **_same(notice, district, kept["text"]))
    Refused.when(said_before.exists(), "同样的意见今天已经收到，请凭回执上的查询码查看")
    subject = OpinionSubject.PROGRAMME if district is None else OpinionSubject.DISTRICT
    if notice is not None:
        about = {"district": notice.case.district, "objection": file_objection(notice=notice, address=address, **kept)}
        subject, kept = OpinionSubject.NOTICE, {}
    code, digest = new_receipt()
    filed = {"number": number, "about": subject, "may_publish": words.may_publish, "digest": digest, "origin": origin, "filed_at": now}
    made = PublicOpinion.objects.create(areas=list(words.areas), **filed, **about, **kept)
    return OpinionReceipt(made, code)


def _same(notice: Notice | None, district: District | None, text: str) -> dict[str, object]:
    if notice is not None:
        return {"objection__notice": notice, "objection__text": text}
    return {"district": district, "text": text} if district is not None else {"about": OpinionSubject.PROGRAMME, "text": text}


def _hold_bounds(notice: Notice | None, since: dt.datetime) -> None:
    """Raise ``TooMany`` above the daily limit, so that spam fills neither the table nor the work desk."""
    if filed_since(since) >= settings.OPINIONS_A_DAY:
        raise TooMany(FULL)
    if notice is not None and filed_since(since, objection__notice=notice) >= settings.OPINIONS_A_NOTICE:
        msg = "这一公示今天收到的意见已达上限，请明天再提，或者来信来电"
        raise TooMany(msg)


def _held(opinion: PublicOpinion, by: User) -> PublicOpinion:
    NotAllowed.unless(may_handle_opinions(by), OFFICER)
    rows = PublicOpinion.objects.select_for_update(of=("self",), no_key=True).select_related("objection", "district")
    return rows.get(pk=opinion.pk)


@transaction.atomic
def answer_opinion(*, opinion: PublicOpinion, by: User, reply: str) -> PublicOpinion:
    """Answer an opinion, once; objections are answered on their case. Raises ``NotAllowed``, ``Refused``."""
    stored = _held(opinion, by)
    Refused.when(stored.objection is not None, "对公示的异议在办件上答复")
    Refused.when(stored.progress != OpinionProgress.AWAITED, "这条意见已经办结")
    if not reply.strip():
        raise Refused([Refusal("请写明答复", field="reply")])
    stored.reply, stored.replied_at, stored.replied_by = reply.strip(), clock.now(), by
    stored.save(update_fields=["reply", "replied_at", "replied_by", "replied_by_principal"])
    audit.record(action="outreach.answer_opinion", by=by, obj=stored)
    outbox.emit(ANSWERED, f"{ANSWERED}:{stored.pk}", {"opinion": stored.pk})
    return stored


@transaction.atomic
def set_aside(*, opinion: PublicOpinion, by: User, reason: str) -> PublicOpinion:
    """Set an opinion aside (advertising, for example); its receipt shows the reason. Raises ``NotAllowed``, ``Refused``."""
    stored = _held(opinion, by)
    Refused.when(stored.objection is not None, "对公示的异议在办件上答复")
    Refused.when(stored.progress != OpinionProgress.AWAITED, "这条意见已经办结")
    if not reason.strip():
        raise Refused([Refusal("请填写理由", field="reason")])
    stored.aside_at, stored.aside_reason = clock.now(), reason.strip()
    stored.save(update_fields=["aside_at", "aside_reason"])
    audit.record(action="outreach.set_opinion_aside", by=by, obj=stored, data={"reason": stored.aside_reason})
    return stored


@transaction.atomic
def publish_opinion(
    *, opinion: PublicOpinion, by: User, summary: str, answer_summary: str, areas: Sequence[str] | None = None
) -> PublicOpinion:
    """Publish, or change, the summary of an answered opinion whose sender agreed; filed under areas.

    Raises ``NotAllowed``, ``Refused``.
    """
    stored = _held(opinion, by)
    Refused.unless(stored.may_publish, "提出人没有同意公开摘要")
    Refused.when(stored.progress != OpinionProgress.ANSWERED, "答复以后才能公开摘要")
    empty = [(summary, "summary", "请填写意见摘要"), (answer_summary, "answer_summary", "请填写答复摘要")]
    if lacking := [Refusal(said, field=field) for value, field, said in empty if not value.strip()]:
        raise Refused(lacking)
    stored.summary, stored.answer_summary = summary.strip(), answer_summary.strip()
    stored.areas = stored.areas if areas is None else list(areas)
    stored.published_at = stored.published_at or clock.now()
    stored.save(update_fields=["summary", "answer_summary", "areas", "published_at"])
    data = {"summary": stored.summary, "answer_summary": stored.answer_summary, "areas": stored.areas}
    audit.record(action="outreach.publish_opinion", by=by, obj=stored, data=data)
    return stored


@transaction.atomic
def withdraw_summary(*, opinion: PublicOpinion, by: User) -> PublicOpinion:
    """Withdraw a published summary. Raises ``NotAllowed``."""
    stored = _held(opinion, by)
    stored.published_at = None
    stored.save(update_fields=["published_at"])
    audit.record(action="outreach.withdraw_summary", by=by, obj=stored)
    return stored


@transaction.atomic
def reveal_contact(*, opinion: PublicOpinion, by: User, reason: str) -> str:
    """Decrypt the sender's contact; the reason is audited. Raises ``NotAllowed``."""
    NotAllowed.unless(may_read_opinions(by), OFFICER)
    audit.record(action="outreach.reveal_contact", by=by, obj=opinion, data={"reason": reason})
    contact: str = opinion.source.contact
    return contact
