"""State machine of an event: draft, published by a second person, held, closed; or cancelled with a reason."""

from collections.abc import Iterable

from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads
from outreach.exchange import rules
from outreach.exchange.models import EventState

ORGANISER = Seat("event_organiser", "市级经办", rules.organises)
PUBLISHER = Seat("event_publisher", "市级经办、审核（与最后编写人不是同一人）", rules.publishes)


@reads("blocking")
def _none_of(_question: Question, blocking: Iterable[tuple[str, str]]) -> Iterable[Refusal]:
    for field, text in blocking:
        yield Refusal(text, field=field)


@reads("unheld")
def _held(_question: Question, unheld: Iterable[str]) -> Iterable[Refusal]:
    for text in unheld:
        yield Refusal(text)


@reads("open_ends")
def _closable(_question: Question, open_ends: Iterable[str]) -> Iterable[Refusal]:
    for text in open_ends:
        yield Refusal(text)


def _was_public(question: Question) -> Iterable[Refusal]:
    if not question.obj.number:
        yield Refusal("没有发布过的活动不用取消，可以删除")


EXCHANGE = Machine(
    name="exchange_event",
    title="交流活动",
    model="outreach.ExchangeEvent",
    initial="draft",
    states=(
        State(EventState.DRAFT, "编写中"),
        State(EventState.PUBLISHED, "已发布", tone="info"),
        State(EventState.HELD, "已举办", tone="warning"),
        State(EventState.CLOSED, "已办结", tone="success", final=True),
        State(EventState.CANCELLED, "已取消", final=True),
    ),
    transitions=(
        Transition(
            "publish",
            "发布",
            ("draft",),
            "published",
            (PUBLISHER,),
            (_none_of,),
            "任何人不用登录都可以看到，开始报名",
            confirm=True,
            tone="primary",
        ),
        Transition(
            "revise",
            "撤回修改",
            ("published",),
            "draft",
            (ORGANISER,),
            message="公众暂时看不到；已有的报名保留，改好以后重新发布",
            reason_required=True,
        ),
        Transition("hold", "登记已举办", ("published",), "held", (ORGANISER,), (_held,), "停止报名，登记到场", tone="primary"),
        Transition(
            "close",
            "办结",
            ("held",),
            "closed",
            (ORGANISER,),
            (_closable,),
            "固定到场人数和满意率，公开活动评价；培训可以记入运营台账",
            confirm=True,
            tone="primary",
        ),
        Transition(
            "cancel",
            "取消活动",
            ("draft", "published"),
            "cancelled",
            (ORGANISER,),
            (_was_public,),
            "公开取消的理由",
            reason_required=True,
            confirm=True,
        ),
    ),
)
