"""State machine of scores received on paper: typed, compared with the paper by a second person, then counted."""

from collections.abc import Iterable

from assessments.reviews.enums import MemberState, PaperState, ReviewState
from assessments.reviews.rules import checks_paper, types_paper
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads

TYPIST = Seat("typist", "录入的评审秘书", types_paper)
CHECKER = Seat("second", "另一名评审秘书", checks_paper)


def scores_open(question: Question) -> Iterable[Refusal]:
    """Refuse unless scores of the member may be handed in."""
    member = question.obj.member
    if member.state != MemberState.ACCEPTED or member.submitted_at is not None or member.review.status != ReviewState.SCORING:
        yield Refusal("这一席位的评分已提交，或现在不是专家评分环节")


@reads("gaps")
def complete(_question: Question, gaps: Iterable[str]) -> Iterable[Refusal]:
    """Refuse unless every clause of the sheet is typed."""
    for text in gaps:
        yield Refusal(str(text))


@reads("online")
def untouched(_question: Question, online: object) -> Iterable[Refusal]:
    """Refuse if the expert has already begun to score online."""
    if online:
        yield Refusal("这位专家已在线评分，不能再用纸质评分代替", remedy="请专家本人在线提交")


PAPER = Machine(
    name="paper_scores",
    title="纸质评分",
    model="assessments.PaperScores",
    initial="typing",
    states=(
        State(PaperState.TYPING, "录入中"),
        State(PaperState.CHECKING, "待复核", tone="info"),
        State(PaperState.CHECKED, "已复核", tone="success", final=True),
    ),
    transitions=(
        Transition(
            "hand_over",
            "录入完毕，提请复核",
            ("typing",),
            "checking",
            (TYPIST,),
            (scores_open, complete),
            message="由另一名评审秘书与纸质评分核对，复核前不计入结果",
            tone="primary",
        ),
        Transition("send_back", "退回重录", ("checking",), "typing", (CHECKER,), reason_required=True),
        Transition(
            "check",
            "与纸质评分相符",
            ("checking",),
            "checked",
            (CHECKER,),
            (scores_open, complete, untouched),
            message="该席位的评分随即提交，录入人和复核人记录在案",
            tone="primary",
        ),
    ),
)
