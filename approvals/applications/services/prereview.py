"""预评审: questions sent before the experts meet, each bound to a slot or clause and answered separately."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from approvals.cases.bindings import NewFinding, unbound
from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import PreReviewQuestion
from approvals.cases.rules import may_answer_questions, may_ask_questions
from approvals.cases.services import held, touch
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.procedure import notify_event


@transaction.atomic
def ask_questions(*, case: Case, by: User, questions: Sequence[NewFinding], version: int | None = None) -> list[PreReviewQuestion]:
    """Send questions; until all are answered the case waits for the applicant and its handling period is suspended.

    The state of the case does not change, but its version is checked and incremented.

    Raises ``NotAllowed`` outside the formal review, ``Refused`` for an empty list or a question without slot or clause.
    """
    case, now = held(case, version), clock.now()
    NotAllowed.unless(may_ask_questions(posts_of(by), case), f"预评审问题由市级经办或评审秘书在受理后、{case.after_form_review}前提出")
    Refused.unless(questions, "请至少写一个问题")
    if found := unbound(case, questions):
        raise Refused(found)
    first = case.questions.count() + 1
    asked = PreReviewQuestion.objects.bulk_create(
        PreReviewQuestion(case=case, number=number, slot=one.slot, item_id=one.item_id, text=one.text.strip(), asked_by=by, asked_at=now)
        for number, one in enumerate(questions, start=first)
    )
    audit.record(action="application.ask_questions", by=by, obj=case, data={"questions": len(asked)})
    touch(case)
    notify_event(case, "ask_questions", by, mark=first, reason="请逐条答复", values={"count": len(asked)})
    return asked


@transaction.atomic
def answer_questions(*, case: Case, by: User, answers: Mapping[int, str], version: int | None = None) -> Case:
    """Save answers (question id → text); questions that are already answered are left unchanged."""
    case = held(case, version)
    NotAllowed.unless(may_answer_questions(posts_of(by), case), "预评审问题由申报主体或受托咨询单位在受理以后、提请评审以前答复")
    return keep_replies(case, by=by, answers=answers)


def keep_replies(case: Case, *, by: User, answers: Mapping[int, str]) -> Case:
    """Store replies to open questions; the caller must hold the lock on the case. Raises ``Refused`` if no question is open."""
    now = clock.now()
    open_ones = {row.pk: row for row in case.questions.filter(answered_at__isnull=True)}
    given = {key: text.strip() for key, text in answers.items() if key in open_ones and text.strip()}
    Refused.unless(given, "没有填写答复")
    for key, text in given.items():
        row = open_ones[key]
        row.answer, row.answered_by, row.answered_at = text, by, now
        row.save(update_fields=["answer", "answered_by", "answered_by_principal", "answered_at"])
    audit.record(action="application.answer_questions", by=by, obj=case, data={"answers": len(given)})
    touch(case)
    if len(given) == len(open_ones):
        notify_event(case, "answer_questions", by, mark=case.version)
    return case
