"""Write opinions: filing, apart beyond the bounds, answering, publishing, setting aside."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from approvals.cases.models.correspondence import Notice, Objection
from approvals.publicity.services import ensure_open, file_objection
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, limits
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.writing import writing
from greendistrict.workflow import outbox
from outreach.common.models import FilingKind, HeldFiling
from outreach.common.receipts import Arrival, new_arrival
from outreach.common.services import HeldReceipt, Sender, keep_apart, load_of, passes
from outreach.opinions.models import OpinionProgress, OpinionSubject, PublicOpinion
from outreach.opinions.selectors import filed_since, may_handle_opinions, may_read_opinions

PREFIX = "GZ"
ANSWERED = "opinion_answered"  # kind of outbox row, handled by an upper app
SALT = "outreach.opinion"
LOOKS_A_MINUTE = 20
MINUTE = 60
OFFICER = "公众意见由市级经办办理"


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


@writing
def take_opinion(
    *, words: OpinionWords, sender: Sender, notice: Notice | None = None, district: District | None = None
) -> OpinionReceipt | HeldReceipt:
    """Take an opinion of the public as ``file_opinion`` does; beyond the bounds it is kept apart, dated and with a receipt.

    Raises as ``file_opinion`` and ``Unanswered``.
    """
    Refused.unless(words.text.strip(), "请写明意见")
    came, since = new_arrival(PREFIX, SALT, sender.address), clock.day_began()
    counts = [(filed_since(since), settings.OPINIONS_A_DAY)]
    if notice is not None:
        counts.append((filed_since(since, objection__notice=notice), settings.OPINIONS_A_NOTICE))
    if passes(FilingKind.OPINION, sender, load_of(*counts)):
        return file_opinion(words=words, address=sender.address, notice=notice, district=district, came=came)
    if notice is not None:
        ensure_open(notice, came.filed_at)
    about = notice.case.district if notice else district
    is_demo, text = about is not None and about.is_demo, words.text.strip()
    return keep_apart(FilingKind.OPINION, came, sender, text=text, words=words._asdict(), is_demo=is_demo, notice=notice, district=district)


def let_through(held: HeldFiling) -> PublicOpinion:
    """Make a filing that waited apart the opinion it is, as of the moment it came. Raises as ``file_opinion``."""
    words = OpinionWords(**held.said)
    return file_opinion(words=words, address="", notice=held.notice, district=held.district, came=held.arrival).opinion


@writing
def file_opinion(
    *, words: OpinionWords, address: str, notice: Notice | None = None, district: District | None = None, came: Arrival | None = None
) -> OpinionReceipt:
    """Store an opinion on a notice, a district or (with neither) the programme; on an open notice it becomes an objection of the case.

    ``came``: its arrival, by default now. Raises ``Closed`` outside the notice period, ``Refused`` if the same person said the same today.
    """
    Refused.unless(words.text.strip(), "请写明意见")
    came = came or new_arrival(PREFIX, SALT, address)
    about: dict[str, District | Objection | None] = {"district": district, "objection": None}
    kept = {"name": fitted(PublicOpinion, "name", words.name.strip()), "contact": words.contact.strip()[:100], "text": words.text.strip()}
    same = _same(notice, district, kept["text"], kept["name"])
    said_before = PublicOpinion.objects.filter(origin=came.origin, filed_at__range=came.day, **same)
    Refused.when(said_before.exists(), "同样的意见今天已经收到，请凭回执上的查询码查看")
    subject = OpinionSubject.PROGRAMME if district is None else OpinionSubject.DISTRICT
    if notice is not None:
        about = {"district": notice.case.district, "objection": file_objection(notice=notice, address=address, came=came.filed_at, **kept)}
        subject, kept = OpinionSubject.NOTICE, {}
    filed = {"number": came.number, "digest": came.digest, "origin": came.origin, "filed_at": came.filed_at}
    chosen = {"about": subject, "may_publish": words.may_publish, "areas": list(words.areas)}
    made = PublicOpinion.objects.create(**filed, **chosen, **about, **kept)
    return OpinionReceipt(made, came.code)


def _same(notice: Notice | None, district: District | None, text: str, name: str) -> dict[str, object]:
    """Conditions for the same words of the same person; a text that many sign in one office is many opinions."""
    if notice is not None:
        return {"objection__notice": notice, "objection__text": text, "objection__name": name}
    subject = {"district": district} if district is not None else {"about": OpinionSubject.PROGRAMME}
    return {**subject, "text": text, "name": name}


def _held(opinion: PublicOpinion, by: User) -> PublicOpinion:
    NotAllowed.unless(may_handle_opinions(posts_of(by)), OFFICER)
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
    NotAllowed.unless(may_read_opinions(posts_of(by)), OFFICER)
    audit.record(action="outreach.reveal_contact", by=by, obj=opinion, data={"reason": reason})
    contact: str = opinion.source.contact
    return contact
