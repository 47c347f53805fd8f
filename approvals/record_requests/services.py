"""Ask a district for what its record lacks, answer what cannot be added, withdraw a request."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse

from approvals.record_requests.enums import LineAnswer, LineState, RequestState
from approvals.record_requests.gaps import WantedRecord, is_among, missing_of
from approvals.record_requests.models import RecordRequest, RequestedRecord
from approvals.record_requests.rules import line_state, may_answer, may_ask, request_state
from approvals.record_requests.selectors import latest_requests
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders, posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.locks import move_later
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify

NOTHING_CHOSEN, GONE = "请选择请城区补录的内容", "所选内容有的刚刚补上，请按现在所列的内容选择"
MORE_THAN_ADDED = "这一项由本单位登记，内容请直接补录；查不到的选“查不到”"


class GivenAnswer(NamedTuple):
    """An answer as it was typed."""

    answer: str
    text: str


@transaction.atomic
def ask_for_records(*, district: District, keys: Collection[str], due: dt.date, words: str, by: User) -> RecordRequest:
    """The officer asks a titled district for things that its record lacks, by a working day after today; its preparers are told.

    Raises ``NotAllowed``, and ``Refused`` with every reason against it: nothing chosen, what is there meanwhile, the day, a request that
    stands open, nobody who prepares for the applicant.
    """
    NotAllowed.unless(may_ask(posts_of(by)), "补录由市级经办请城区办理")
    district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
    today = clock.today()
    missing = missing_of([district.pk], today).get(district.pk)
    Refused.when(missing is None, "只请持有称号的城区补录")
    chosen = [one for one in missing or () if one.key in keys]
    found = [*against_receivers(district), *_against_request(district, missing or (), chosen, keys), *against_day(due, today)]
    if found:
        raise Refused(found)
    made = RecordRequest.objects.create(district=district, due=due, words=words.strip(), asked_by=by, asked_at=clock.now())
    RequestedRecord.objects.bulk_create(RequestedRecord(request=made, key=one.key, words=one.words) for one in chosen)
    audit.record(action="records.ask", by=by, obj=made, data={"due": due.isoformat(), "lines": [one.words for one in chosen]})
    listed = "\n".join(one.words for one in chosen)
    body = "\n\n".join(filter(None, (made.words, listed, f"请在{workdays.term_in_words(due)}前补录；确实查不到的，逐项说明。")))
    _tell(made, "asked", f"请补录{len(chosen)}项资料", body)
    return made


def _preparers(district: District) -> list[User]:
    return list(holders(Role.PREPARER, organisation_ids={district.applicant_id})) if district.applicant_id else []


def against_receivers(district: District) -> list[Refusal]:
    """What stands against asking a district whatever is asked: nobody prepares for its applicant."""
    if not district.applicant_id:
        page = reverse("districts:act_record", args=[district.code, "applicant"])
        return [Refusal("城区没有登记申报主体，请求没有人收到", remedy="登记申报主体", href=page)]
    return (
        [] if _preparers(district) else [Refusal("申报主体没有填报人员，请求没有人收到", remedy="由系统、安全管理员登记账号和岗位以后再请")]
    )


def request_page(request: RecordRequest) -> str:
    """Address of the page of a request."""
    return reverse("portal:record_request", args=[request.pk])


def _against_request(
    district: District, missing: Sequence[WantedRecord], chosen: Sequence[WantedRecord], keys: Collection[str]
) -> Iterator[Refusal]:
    latest = latest_requests([district.pk]).get(district.pk)
    if latest and request_state(latest, latest.lines.all(), missing) == RequestState.OPEN:
        yield Refusal("这个城区已有补录请求在办，办结或者撤回以后再请", remedy="查看这一请求", href=request_page(latest))
    if not keys:
        yield Refusal(NOTHING_CHOSEN, field="lines")
    elif {one.key for one in chosen} != set(keys):
        yield Refusal(GONE, field="lines")


def against_day(due: dt.date, today: dt.date) -> Iterator[Refusal]:
    """What stands against a day: it is past or today, or a rest day."""
    calendar = workdays.current()
    if due <= today:
        yield Refusal("期限须晚于今天", field="due")
    elif not calendar.is_working(due):
        yield Refusal(f"{day_in_words(due)}是休息日，下一个工作日是{day_in_words(calendar.roll_forward(due))}", field="due")


@transaction.atomic
def answer_lines(*, request: RecordRequest, answers: Mapping[int, GivenAnswer], by: User) -> int:
    """A preparer says of asked lines, by key, that they are not to be found and why, or what is known of what others enter.

    An answer may be put right as long as the thing is missing and no later request stands. Returns how many are new or changed. Raises
    ``NotAllowed``, and ``Refused`` at the fields ``answer-<key>`` and ``text-<key>``.
    """
    held = _held(request)
    NotAllowed.unless(may_answer(posts_of(by), held.district), "由申报主体填报人答复")
    missing = missing_of([held.district_id], clock.today()).get(held.district_id)
    Refused.when(held.withdrawn_at is not None, "这次请求已经撤回，不再需要答复")
    Refused.when(missing is None, "城区不再持有称号，不再需要答复")
    Refused.when(latest_requests([held.district_id])[held.district_id] != held, "此后另有补录请求，请在新的请求里答复")
    lines = {line.pk: line for line in held.lines.select_for_update(of=("self",), no_key=True)}
    changed = [(lines[key], given) for key, given in answers.items() if key in lines and (lines[key].answer, lines[key].text) != given]
    found = [refusal for line, given in changed for refusal in _against_answer(line, given, missing or ())]
    if found:
        raise Refused(found)
    for line, given in changed:
        before = {"answer": line.answer, "text": line.text}
        line.answer, line.text, line.answered_by, line.answered_at = given.answer, given.text, by, clock.now()
        line.save()
        data = {"line": line.words, "before": before, "after": given._asdict()}
        audit.record(action="records.answer", by=by, obj=line, data=data)
    return len(changed)


def _against_answer(line: RequestedRecord, given: GivenAnswer, missing: Sequence[WantedRecord]) -> Iterator[Refusal]:
    answer, text = f"answer-{line.pk}", f"text-{line.pk}"
    if line_state(line, missing) == LineState.ADDED:
        yield Refusal("这一项刚刚已补，不再需要答复", field=text)
        return
    is_own = any(one.is_own for one in missing if is_among(line.key, [one]))
    if not given.answer:
        yield Refusal("已经答复的可以改，不能清空" if line.answer else "请选择“查不到”或者“告知内容”", field=answer)
    elif given.answer not in LineAnswer.values:
        yield Refusal("请选择列出的答复", field=answer)
    elif given.answer == LineAnswer.TOLD and is_own:
        yield Refusal(MORE_THAN_ADDED, field=answer)
    if given.answer and not given.text:
        yield Refusal("请写明查不到的理由" if given.answer == LineAnswer.UNKNOWN else "请写明内容和依据", field=text)


@transaction.atomic
def withdraw_request(*, request: RecordRequest, reason: str, by: User) -> RecordRequest:
    """The officer withdraws an open request with a reason; its preparers are told. Raises ``NotAllowed``, ``Refused``."""
    held = _held(request)
    NotAllowed.unless(may_ask(posts_of(by)), "补录请求由市级经办撤回")
    missing = missing_of([held.district_id], clock.today()).get(held.district_id)
    state = request_state(held, held.lines.all(), missing)
    Refused.unless(state == RequestState.OPEN, f"这次请求{state.label}，不能撤回")
    if not reason.strip():
        raise Refused([Refusal("请写明撤回的理由", field="withdrawal_reason")])
    held.withdrawn_by, held.withdrawn_at, held.withdrawal_reason = by, clock.now(), reason.strip()
    held.save()
    audit.record(action="records.withdraw", by=by, obj=held, data={"reason": held.withdrawal_reason})
    _tell(held, "withdrawn", "补录请求已撤回，不需要再办理", held.withdrawal_reason)
    return held


def move_request(request: int, day: dt.date) -> dt.date:
    """Move the day of a request to a later one, by decision or by the rule on outages of the portal. Returns the previous day."""
    return move_later(RecordRequest.objects.filter(pk=request), "due", day)


def _held(request: RecordRequest) -> RecordRequest:
    return RecordRequest.objects.select_for_update(of=("self",), no_key=True).select_related("district").get(pk=request.pk)


def _tell(request: RecordRequest, event: str, title: str, body: str) -> None:
    district = request.district
    notify(
        kind=Message.RECORD_REQUEST,
        key=f"record_request:{request.pk}:{event}",
        receivers=_preparers(district),
        title=f"{district.name}：{title}",
        body=body,
        link=request_page(request),
        demo=district.is_demo,
    )
