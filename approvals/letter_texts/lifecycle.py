"""State machine of a version of a text block: one person of the city proposes it, another one decides."""

from collections.abc import Iterable

from approvals.cases.rules import proposed
from approvals.proposals.lifecycle import CHECKER, DIRECTOR, PROPOSER
from greendistrict.core.errors import Refusal
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy.enums import WordingState
from greendistrict.policy.letter_texts import problems
from greendistrict.policy.message_texts import block_of
from greendistrict.policy.models import LetterWording
from greendistrict.workflow.machine import Machine, Question, State, Transition


def _second_person(question: Question) -> Iterable[Refusal]:
    if proposed(question.held, question.obj):
        yield Refusal("提出人不能审定自己提出的文本", remedy="请另一人审定")


def _still_to_come(question: Question) -> Iterable[Refusal]:
    """The version starts after today, so that letters written until today keep their wording."""
    if question.obj.since <= question.today:
        yield Refusal(
            "生效日期须在审定日之后，已形成的文书不变",
            required="明天或以后",
            found=cn_date(question.obj.since),
            remedy="请提出人撤回后重新提出",
        )


def _whole(question: Question) -> Iterable[Refusal]:
    for words in problems(block_of(question.obj.key), question.obj.text):
        yield Refusal(words)


LETTER_WORDING = Machine(
    name="letter_wording",
    title="文书文本",
    model=LetterWording._meta.label,
    initial="proposed",
    states=(
        State(WordingState.PROPOSED, "待审定", tone="info"),
        State(WordingState.DECIDED, "已审定", tone="success", final=True),
        State(WordingState.REFUSED, "不同意", tone="danger", final=True),
        State(WordingState.WITHDRAWN, "已撤回", final=True),
    ),
    transitions=(
        Transition("decide", "审定", ("proposed",), "decided", (CHECKER, DIRECTOR), (_second_person, _still_to_come, _whole),
            tone="primary", confirm=True, message="自生效日期起的文书使用这一版，以前的文书不变",
        ),
        Transition("refuse", "不同意", ("proposed",), "refused", (CHECKER, DIRECTOR), reason_required=True, tone="danger",
            message="办结；文书使用的文本不变",
        ),
        Transition("withdraw", "撤回", ("proposed",), "withdrawn", (PROPOSER,), message="办结；文书使用的文本不变"),
    ),
)  # fmt: skip
