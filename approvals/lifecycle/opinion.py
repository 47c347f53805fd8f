"""Life of one opinion of a panel as a table: replied by the responsible body, compared and closed by officer or secretary."""

from collections.abc import Iterable
from typing import Any

from approvals import rules
from approvals.models import ReviewOpinion
from greendistrict.accounts.models import User
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition
from greendistrict.workflow.registry import register

GONE = frozenset({"refused", "failed", "withdrawn", "discarded"})


def _of_case(key: str, label: str, holds: Any) -> Seat:
    """The same post as at the case itself."""

    def predicate(user: User, opinion: ReviewOpinion) -> bool:
        return bool(holds(user, opinion.case))

    return Seat(key, label, predicate)


PREPARER = _of_case("preparer", "申报主体填报人", rules.is_preparer)
SIGNER = _of_case("signer", "申报主体审核人", rules.is_signer)
BODY = Seat("responsible", "责任单位", rules.is_responsible)
OFFICER = _of_case("officer", "市级经办", rules.is_officer)
SECRETARY = _of_case("secretary", "评审秘书", rules.is_secretary)


def case_goes_on(question: Question) -> Iterable[Refusal]:
    """A case that ended without a title asks for nothing any more."""
    if question.obj.case.status in GONE:
        yield Refusal("办件已办结，评审意见不再办理")


OPINION = register(
    Machine(
        name="review_opinion",
        title="评审意见条目",
        model=ReviewOpinion._meta.label,
        initial="open",
        states=(
            State("open", "待答复", tone="warning"),
            State("replied", "待复核", tone="info"),
            State("closed", "已销号", tone="success", final=True),
        ),
        transitions=(
            Transition(
                "reply", "答复", ("open", "replied"), "replied", (PREPARER, SIGNER, BODY), (case_goes_on,),
                told="市级经办、评审秘书", tone="primary",
                message="写明修改情况，可附修改后的材料；复核前可以更改",
            ),
            Transition(
                "send_back", "退回再答", ("replied",), "open", (OFFICER, SECRETARY), (case_goes_on,),
                told="责任单位、申报主体", reason_required=True, message="写明还差什么",
            ),
            Transition(
                "close", "复核通过，销号", ("replied",), "closed", (OFFICER, SECRETARY), (case_goes_on,), tone="primary",
                message="须修改的意见全部销号后才能审定授予；全部销号时通知申报主体",
            ),
        ),
    )
)  # fmt: skip
