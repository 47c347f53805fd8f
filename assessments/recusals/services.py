"""Services of recusals before the list freezes: name bodies that took part, request recusals, answer them."""

from typing import NoReturn

from django.db import IntegrityError, transaction

from assessments.recusals.lifecycle import FROZEN, answers_recusal, asks_recusal
from assessments.recusals.models import ProjectBody, RecusalRequest
from assessments.recusals.selectors import is_frozen
from assessments.tables.models import ScoreTable
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused
from greendistrict.workflow.procedure import BEGUN, Taken, notify_event

MOST_ASKED = 10


def _locked(table: ScoreTable) -> ScoreTable:
    stored = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district").get(pk=table.pk)
    if is_frozen(stored):
        raise Closed(FROZEN)
    return stored


def _refuse() -> NoReturn:
    msg = "须回避的单位和人员由申报主体填写"
    raise NotAllowed(msg)


@transaction.atomic
def add_body(*, table: ScoreTable, role: str, name: str, group: str, by: User) -> ProjectBody:
    """Name a body that planned, designed, advised or verified; its people cannot be drawn. Raises ``NotAllowed``, ``Refused``."""
    posts = posts_of(by)
    if not asks_recusal(posts, table) and not answers_recusal(posts):
        _refuse()
    _locked(table)
    try:
        with transaction.atomic():
            body = ProjectBody.objects.create(table=table, role=role, name=name.strip(), group=group.strip(), at=clock.now(), by=by)
    except IntegrityError as error:
        raise Refused([Refusal("这个单位已经登记", field="name")]) from error
    audit.record(action="table.add_body", by=by, obj=table, data={"role": role, "name": body.name})
    return body


@transaction.atomic
def remove_body(*, body: ProjectBody, by: User) -> None:
    """Remove a named body before the list freezes. Raises ``NotAllowed``, ``Closed``."""
    posts = posts_of(by)
    if not asks_recusal(posts, body.table) and not answers_recusal(posts):
        _refuse()
    _locked(body.table)
    audit.record(action="table.remove_body", by=by, obj=body.table, data={"role": body.role, "name": body.name})
    body.delete()


@transaction.atomic
def ask(*, table: ScoreTable, person: str, body: str, reason: str, by: User) -> RecusalRequest:
    """Request that somebody does not judge the table. Raises ``NotAllowed``, ``Refused``; ``Closed`` once the list is frozen."""
    if not asks_recusal(posts_of(by), table):
        _refuse()
    stored = _locked(table)
    if not person.strip() and not body.strip():
        raise Refused([Refusal("请写明专家姓名或单位", field="person")])
    if stored.recusals.count() >= MOST_ASKED:
        raise Refused([Refusal(f"最多提出{MOST_ASKED}件回避申请")])
    made = RecusalRequest.objects.create(
        table=stored, person=person.strip(), body=body.strip(), reason=reason.strip(), at=clock.now(), by=by
    )
    audit.record(action="recusal_request.ask", by=by, obj=made, data={"named": made.named, "reason": made.reason})
    notify_event(made, BEGUN, by)
    return made


def on_answer(taken: Taken) -> None:
    """Store the answer with the request; a granted one counts as a conflict of interest from then on."""
    taken.obj.answer, taken.obj.answered_at = taken.record.reason, clock.now()
