"""State machine of a story: draft, submitted, released by a second person, withdrawn."""

from collections.abc import Iterable

from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads
from outreach.stories import rules
from outreach.stories.models import StoryState

WRITER = Seat("story_writer", "案例编写人", rules.writes)
RELEASER = Seat("story_releaser", "市级经办、审核（与提交人不是同一人）", rules.releases)
WITHDRAWER = Seat("city_officer", "市级经办", rules.withdraws)


@reads("blocking")
def _complete(_question: Question, blocking: Iterable[tuple[str, str]]) -> Iterable[Refusal]:
    for field, text in blocking:
        yield Refusal(text, field=field)


STORY = Machine(
    name="story",
    title="案例",
    model="outreach.Story",
    initial="draft",
    states=(
        State(StoryState.DRAFT, "编写中"),
        State(StoryState.SUBMITTED, "待发布", tone="info"),
        State(StoryState.RETURNED, "已退回", tone="warning"),
        State(StoryState.RELEASED, "已发布", tone="success"),
        State(StoryState.WITHDRAWN, "已撤下"),
    ),
    transitions=(
        Transition(
            "submit",
            "提交发布",
            ("draft", "returned"),
            "submitted",
            (WRITER,),
            (_complete,),
            "送市级核对、发布，期间不能修改",
            tone="primary",
        ),
        Transition("take_back", "撤回提交", ("submitted",), "draft", (WRITER,), message="撤回后可以继续修改"),
        Transition("return", "退回修改", ("submitted",), "returned", (RELEASER,), reason_required=True),
        Transition(
            "release",
            "发布",
            ("submitted",),
            "released",
            (RELEASER,),
            (_complete,),
            "冻结文字、数据和照片，任何人不用登录都可以看到",
            confirm=True,
            tone="primary",
        ),
        Transition(
            "withdraw",
            "撤下",
            ("released",),
            "withdrawn",
            (WITHDRAWER, WRITER),
            message="公众不再看到；已发布的内容留存",
            reason_required=True,
        ),
        Transition("reopen", "重新编写", ("withdrawn",), "draft", (WRITER,), message="修改后重新提交发布，编号和网址不变"),
    ),
)
