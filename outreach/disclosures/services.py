"""Write requests for information: filing, apart beyond the bounds, completion, extension, reply, service.

Also here: remedies against a reply; a reply that is set aside must be given anew.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction

from approvals.remedies.rules import against_both, against_filing, closed_review
from approvals.remedies.services import closed, end_suit, record
from approvals.titles.enums import RemedyKind, RemedyOutcome, RemedyState
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.writing import writing
from greendistrict.policy.statutes import COMPLETE_DISCLOSURE, SERVED_BY_NOTICE, served_by_notice
from greendistrict.workflow.procedure import Taken
from outreach.common.models import FilingKind, HeldFiling
from outreach.common.receipts import Arrival, new_arrival
from outreach.common.services import HeldReceipt, Sender, keep_apart, load_of, passes
from outreach.disclosures.looks import remember_look
from outreach.disclosures.models import GIVING, WITHHOLDING, DisclosureOutcome, DisclosureProgress, DisclosureRemedy, DisclosureRequest
from outreach.disclosures.rules import (
    ask_until,
    day_of_receipt,
    may_extend_disclosures,
    may_read_disclosures,
    may_reply_disclosures,
    term_of,
)
from outreach.disclosures.selectors import filed_since, files_of

PREFIX = "GK"
SALT = "outreach.disclosure"
PRIVATE = ("third_party", "opinion_words")  # not copied into the record of acts
LACKING = (
    ("name", "请填写姓名或者名称"), ("identity", "请填写身份证明"), ("contact", "请填写联系方式"), ("wanted", "请写明所需信息"),
)  # fmt: skip


class DisclosureWords(NamedTuple):
    """Contents of a filed request."""

    asker: str
    name: str
    identity: str
    contact: str
    wanted: str
    delivery: str
    address: str = ""


class DisclosureReceipt(NamedTuple):
    """The stored request, and its secret code, which is shown once."""

    request: DisclosureRequest
    code: str


@writing
def take_disclosure(*, words: DisclosureWords, sender: Sender) -> DisclosureReceipt | HeldReceipt:
    """Take a request of the public as ``file_disclosure`` does; beyond the bounds it is kept apart, dated and with a receipt.

    Raises as ``file_disclosure`` and ``Unanswered``.
    """
    kept, came = _whole(words), new_arrival(PREFIX, SALT, sender.address)
    load = load_of((filed_since(clock.day_began()), settings.DISCLOSURES_A_DAY))
    if passes(FilingKind.DISCLOSURE, sender, load):
        return file_disclosure(words=words, address=sender.address, came=came)
    return keep_apart(FilingKind.DISCLOSURE, came, sender, text=kept["wanted"], words=kept)


def let_through(held: HeldFiling) -> DisclosureRequest:
    """Make a filing that waited apart the request it is; its term counts from the day it came. Raises as ``file_disclosure``."""
    return file_disclosure(words=DisclosureWords(**held.said), address="", is_demo=held.is_demo, came=held.arrival).request


@writing
def file_disclosure(*, words: DisclosureWords, address: str, is_demo: bool = False, came: Arrival | None = None) -> DisclosureReceipt:
    """Store a request; ``came``: its arrival, by default now.

    Raises ``Refused`` for missing contents or a request repeated by the same person on the same day.
    """
    kept, came = _whole(words), came or new_arrival(PREFIX, SALT, address)
    same = {"origin": came.origin, "wanted": kept["wanted"], "name": kept["name"]}
    asked = DisclosureRequest.objects.filter(filed_at__range=came.day, **same)
    Refused.when(asked.exists(), "同样的申请今天已经收到，请凭回执上的查询码查看")
    stamp = {"number": came.number, "digest": came.digest, "origin": came.origin, "filed_at": came.filed_at}
    return DisclosureReceipt(DisclosureRequest.objects.create(is_demo=is_demo, **stamp, **kept), came.code)


def _whole(words: DisclosureWords) -> dict[str, str]:
    """The words without outer blanks. Raises ``Refused`` for each that is missing."""
    kept = {name: value.strip() for name, value in words._asdict().items()}
    if lacking := [Refusal(said, field=name) for name, said in LACKING if not kept[name]]:
        raise Refused(lacking)
    return kept


def _held(row: DisclosureRequest) -> DisclosureRequest:
    stored = DisclosureRequest.objects.select_for_update(no_key=True).get(pk=row.pk)
    Refused.when(stored.replied_at is not None, "这件申请已经答复")
    Refused.when(stored.given_up_at is not None, "这件申请已登记视为放弃")
    return stored


@transaction.atomic
def extend_disclosure(*, row: DisclosureRequest, by: User, reason: str) -> DisclosureRequest:
    """Extend the term once, while it runs. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_extend_disclosures(posts_of(by)), "延长答复期限由市级审核同意")
    stored = _held(row)
    Refused.when(stored.extended_at is not None, "答复期限只能延长一次")
    Refused.when(stored.redo_from is not None, "重新答复的期限由复议决定或者判决确定，不能延长")
    Refused.when(stored.progress == DisclosureProgress.INCOMPLETE, "等待申请人补正，收到补正后才计算答复期限")
    Refused.when(clock.today() > term_of(stored, workdays.current()), "答复期限已过，不能延长")
    if not reason.strip():
        raise Refused([Refusal("请填写延长的理由", field="reason")])
    stored.extended_at, stored.extended_by, stored.extension_reason = clock.now(), by, reason.strip()
    stored.save(update_fields=["extended_at", "extended_by", "extended_by_principal", "extension_reason"])
    audit.record(action="outreach.extend_disclosure", by=by, obj=stored, data={"reason": stored.extension_reason})
    return stored


@transaction.atomic
def ask_completion(*, row: DisclosureRequest, by: User, words: str, until: dt.date) -> DisclosureRequest:
    """Ask once for what the request lacks, within seven working days (第三十条). Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_reply_disclosures(posts_of(by)), "补正由市级经办告知")
    stored = _held(row)
    Refused.when(stored.asked_at is not None or stored.redo_from is not None, "补正只能一次性告知")
    last = ask_until(stored, workdays.current())
    Refused.when(clock.today() > last, f"告知补正的期限至{workdays.term_in_words(last)}（{COMPLETE_DISCLOSURE.cite}），已过期限")
    found = [] if words.strip() else [Refusal("请写明需要补正的事项", field="words")]
    if until <= clock.today():
        found.append(Refusal("补正期限应在今天以后", field="until"))
    if found:
        raise Refused(found)
    stored.asked_at, stored.asked_by, stored.asked_words, stored.asked_until = clock.now(), by, words.strip(), until
    stored.save(update_fields=["asked_at", "asked_by", "asked_by_principal", "asked_words", "asked_until"])
    audit.record(action="outreach.ask_completion", by=by, obj=stored, data={"words": stored.asked_words, "until": f"{until}"})
    return stored


@transaction.atomic
def complete_disclosure(*, row: DisclosureRequest, words: str, by: User | None = None) -> DisclosureRequest:
    """Store what the asker adds, by secret code or through the officer; the term starts today. Raises as above."""
    NotAllowed.when(by is not None and not may_reply_disclosures(posts_of(by)), "书面补正由市级经办代录")
    stored = _held(row)
    Refused.unless(stored.progress == DisclosureProgress.INCOMPLETE, "这件申请没有需要补正的事项")
    if not words.strip():
        raise Refused([Refusal("请填写补正的内容", field="words")])
    stored.completed_at, stored.completed_by, stored.completion = clock.now(), by, words.strip()
    stored.save(update_fields=["completed_at", "completed_by", "completed_by_principal", "completion"])
    audit.record(action="outreach.complete_disclosure", by=by, obj=stored, data={"number": stored.number})
    return stored


@transaction.atomic
def give_up_disclosure(*, row: DisclosureRequest, by: User) -> DisclosureRequest:
    """Record that the asker did not complete the request in time without reason: it counts as given up (第三十条).

    Raises ``NotAllowed``, ``Refused``.
    """
    NotAllowed.unless(may_reply_disclosures(posts_of(by)), "视为放弃由市级经办登记")
    stored = _held(row)
    Refused.unless(stored.progress == DisclosureProgress.INCOMPLETE, "这件申请没有需要补正的事项")
    Refused.when(stored.asked_until is None or clock.today() <= stored.asked_until, "补正期限尚未届满")
    stored.given_up_at, stored.given_up_by = clock.now(), by
    stored.save(update_fields=["given_up_at", "given_up_by", "given_up_by_principal"])
    audit.record(action="outreach.give_up_disclosure", by=by, obj=stored, data={"until": f"{stored.asked_until}"})
    return stored


class ThirdPartyOpinion(NamedTuple):
    """The opinion asked of a third party, and what came of it."""

    third_party: str
    opinion_asked_on: dt.date
    opinion_received_on: dt.date | None = None
    opinion: str = ""
    opinion_on: dt.date | None = None
    opinion_words: str = ""


@transaction.atomic
def ask_third_party(*, row: DisclosureRequest, by: User, **said: Any) -> DisclosureRequest:
    """Record, or correct, that a third party was asked and what it said (第三十二条), as ``ThirdPartyOpinion``.

    Raises ``NotAllowed``, ``Refused``.
    """
    entry = ThirdPartyOpinion(**said)
    NotAllowed.unless(may_reply_disclosures(posts_of(by)), "征求第三方意见由市级经办登记")
    stored = _held(row)
    Refused.when(stored.progress == DisclosureProgress.INCOMPLETE, "等待申请人补正，收到补正后征求第三方意见")
    if found := list(_against_opinion(stored, entry)):
        raise Refused(found)
    kept = entry._replace(third_party=entry.third_party.strip(), opinion_words=entry.opinion_words.strip())._asdict()
    for name, value in kept.items():
        setattr(stored, name, value)
    stored.save(update_fields=list(kept))
    audit.record(
        action="outreach.ask_third_party",
        by=by,
        obj=stored,
        data={name: f"{value or ''}" for name, value in kept.items() if name not in PRIVATE},
    )
    return stored


def _against_opinion(row: DisclosureRequest, entry: ThirdPartyOpinion) -> Iterator[Refusal]:
    begun, today = row.redo_from or day_of_receipt(row), clock.today()
    if not entry.third_party.strip():
        yield Refusal("请填写第三方", field="third_party")
    if not begun <= entry.opinion_asked_on <= today:
        yield Refusal("征求意见日期应在收到申请之日至今天之间", field="opinion_asked_on")
    if entry.opinion_received_on and not entry.opinion_asked_on <= entry.opinion_received_on <= today:
        yield Refusal("收到征求意见书日期应在征求意见日期至今天之间", field="opinion_received_on")
    if not entry.opinion:
        if entry.opinion_on or entry.opinion_words.strip():
            yield Refusal("填写了日期或者理由的，请选择第三方的意见", field="opinion")
        return
    if entry.opinion_received_on is None:
        yield Refusal("已经提出意见的，请填写收到征求意见书日期", field="opinion_received_on")
    if entry.opinion_on is None or not (entry.opinion_received_on or entry.opinion_asked_on) <= entry.opinion_on <= today:
        yield Refusal("提出意见日期应在收到征求意见书日期至今天之间", field="opinion_on")


class DisclosureReply(NamedTuple):
    """Contents of a reply."""

    outcome: str
    reply: str
    number: str
    on: dt.date
    withheld: str = ""


@transaction.atomic
def reply_disclosure(*, row: DisclosureRequest, by: User, answer: DisclosureReply) -> DisclosureRequest:
    """Record the reply with number and date of its document. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_reply_disclosures(posts_of(by)), "政府信息公开申请由市级经办答复")
    stored = _held(row)
    if found := list(_against(stored, answer)):
        raise Refused(found)
    stored.outcome, stored.withheld, stored.reply = answer.outcome, answer.withheld, answer.reply.strip()
    stored.reply_number, stored.replied_on, stored.replied_at, stored.replied_by = answer.number.strip(), answer.on, clock.now(), by
    fields = ["outcome", "withheld", "reply", "reply_number", "replied_on", "replied_at", "replied_by", "replied_by_principal"]
    try:
        with transaction.atomic():
            stored.save(update_fields=fields)
    except IntegrityError as error:
        raise Refused([Refusal("这个文号已用于另一件答复", field="number")]) from error
    audit.record(action="outreach.reply_disclosure", by=by, obj=stored, data={"outcome": stored.outcome, "number": stored.reply_number})
    return stored


def _against(row: DisclosureRequest, answer: DisclosureReply) -> list[Refusal]:
    found = []
    if row.progress == DisclosureProgress.INCOMPLETE:
        found.append(Refusal("等待申请人补正，收到补正后答复；逾期未补正的登记视为放弃"))
    if answer.outcome in DisclosureOutcome.values and answer.outcome not in GIVING and files_of(row).exists():
        found.append(Refusal("这种答复不提供信息，请先删除已上传的文件", field="outcome"))
    if answer.outcome not in DisclosureOutcome.values:
        found.append(Refusal("请选择答复类型", field="outcome"))
    if answer.outcome in WITHHOLDING and not answer.withheld:
        found.append(Refusal("不予公开的须选择依据", field="withheld"))
    if answer.outcome not in WITHHOLDING and answer.withheld:
        found.append(Refusal("只有不予公开、部分公开的选择依据", field="withheld"))
    if not answer.reply.strip():
        found.append(Refusal("请写明答复内容", field="reply"))
    if not answer.number.strip():
        found.append(Refusal("请填写告知书文号", field="number"))
    if answer.on > clock.today() or answer.on < (row.redo_from or day_of_receipt(row)):
        found.append(Refusal("答复日期应在收到申请之日至今天之间", field="on"))
    return found


@transaction.atomic
def serve_disclosure(*, row: DisclosureRequest, by: User, on: dt.date, by_notice: bool = False) -> DisclosureRequest:
    """Record, or correct, the day of service, or of the public notice (``by_notice``). Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_reply_disclosures(posts_of(by)), "送达由市级经办登记")
    stored = DisclosureRequest.objects.select_for_update(no_key=True).get(pk=row.pk)
    if stored.replied_on is None:
        raise Refused([Refusal("这件申请尚未答复")])
    if not stored.replied_on <= on <= clock.today():
        raise Refused([Refusal("送达日期应在答复日期至今天之间", field="on")])
    if by_notice and (on := served_by_notice(on)) > clock.today():
        raise Refused([Refusal(f"公告尚未满{SERVED_BY_NOTICE.words}（{SERVED_BY_NOTICE.ground}），{day_in_words(on)}起登记", field="on")])
    before, stored.served_on, stored.served_at, stored.served_by = stored.served_on, on, clock.now(), by
    stored.save(update_fields=["served_on", "served_at", "served_by", "served_by_principal"])
    data = {"on": f"{on}"} | ({"before": f"{before}"} if before else {})
    audit.record(action="outreach.serve_disclosure", by=by, obj=stored, data=data)
    return stored


@transaction.atomic
def reveal_identity(*, row: DisclosureRequest, by: User, reason: str) -> DisclosureRequest:
    """Decrypt name, identity, contact and address of the asker and open the signed scans; the reason is audited. Raises ``NotAllowed``."""
    NotAllowed.unless(may_read_disclosures(posts_of(by)), "政府信息公开申请由市级办理")
    audit.record(action="outreach.reveal_identity", by=by, obj=row, data={"reason": reason})
    remember_look(by, row)
    return row


CLEARED = (
    "outcome", "withheld", "reply", "reply_number", "replied_on", "replied_at", "replied_by", "replied_by_principal",
    "served_on", "served_at", "served_by", "served_by_principal",
)  # fmt: skip
KEPT = {"was_outcome": "outcome", "was_withheld": "withheld", "was_reply": "reply"}


@transaction.atomic
def record_remedy(
    *, row: DisclosureRequest, by: User, kind: str, body: str, number: str, filed_on: dt.date, served_on: dt.date, simplified: bool = False
) -> DisclosureRemedy:
    """Record a reconsideration or suit against the reply. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_reply_disclosures(posts_of(by)), "行政复议和行政诉讼由市级经办登记")
    held = DisclosureRequest.objects.select_for_update(no_key=True).get(pk=row.pk)
    same = [remedy for remedy in held.remedies.all() if held.replied_on and remedy.filed_on >= held.replied_on]
    against = [] if held.replied_on else [Refusal("这件申请尚未答复")]
    against += [*against_filing(kind, held.replied_on, filed_on, served_on, clock.today()), *against_both(kind, same)]
    if against:
        raise Refused(against)
    made = DisclosureRemedy(
        request=held,
        kind=kind,
        body=body.strip(),
        number=number.strip(),
        filed_on=filed_on,
        served_on=served_on,
        simplified=simplified and kind == RemedyKind.REVIEW,
        after=closed_review(same) if kind == RemedyKind.SUIT else None,
        against_number=held.reply_number,
        against_on=held.replied_on,
    )
    return record(made, by, "这个案号已经登记，或者同一类别还有一件在审理")


def on_confirm(taken: Taken) -> None:
    """Apply a confirmed outcome: an appeal ends its suit; a reply set aside is moved here and the request is open again."""
    remedy = taken.obj
    closed(taken)
    end_suit(remedy)
    if not remedy.restores:
        return
    row = DisclosureRequest.objects.select_for_update(no_key=True).get(pk=remedy.request_id)
    for name, source in KEPT.items():
        setattr(remedy, name, getattr(row, source))
    if row.served_on is not None:  # of every remedy against this reply: its days are counted from there
        remedy.was_served_on = row.served_on
        row.remedies.filter(against_number=row.reply_number, against_on=row.replied_on).update(was_served_on=row.served_on)
    row.outcome, row.withheld, row.reply, row.reply_number = "", "", "", ""
    row.replied_on, row.replied_at, row.replied_by = None, None, None
    row.served_on, row.served_at, row.served_by = None, None, None
    row.redo_from, row.redo_by = remedy.outcome_on, remedy.redo_by
    row.save(update_fields=[*CLEARED, "redo_from", "redo_by"])


UNCHANGED = {
    RemedyOutcome.UNLAWFUL: "答复确认违法，但不撤销，继续有效",
    RemedyOutcome.SETTLED: "程序终结，答复没有撤销；按调解书或者和解协议履行",
    RemedyOutcome.WITHDRAWN: "程序终结，原答复继续有效",
    RemedyOutcome.CHANGED: "答复按变更后的内容执行，不重新答复",
    RemedyOutcome.REMANDED: "一审裁判撤销，由一审法院重新审理，答复的效力不变",
}


def consequence_of(remedy: DisclosureRemedy) -> str:
    """Effect of the outcome on the reply, in one sentence; while no outcome is final, the reply stands."""
    if remedy.status != RemedyState.CLOSED:
        return "结果尚未生效，答复的效力不变" if remedy.outcome else "尚无结果，答复的效力不变"
    if remedy.appealed_on:
        return "一审裁判因上诉没有生效，以二审结果为准"
    if not remedy.restores:
        return UNCHANGED.get(RemedyOutcome(remedy.standing_outcome), "原答复继续有效")
    return f"原答复（{remedy.against_number}）自{day_in_words(remedy.outcome_on) if remedy.outcome_on else ''}起不再有效，重新答复"
