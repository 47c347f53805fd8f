"""State machine of an edition: draft → checked → published → frozen once used → superseded.

Also here: Permissions on standards: the officer imports and checks editions, the director publishes, locks and supersedes them.
"""

from collections.abc import Iterable

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition
from indicators.editions.models import Edition, EditionStatus


def may_draft(held: HeldPosts) -> bool:
    """Whether this person may import and check editions."""
    return held.has(Role.CITY_OFFICER)


def may_publish(held: HeldPosts) -> bool:
    """Whether this person may publish and supersede editions."""
    return held.has(Role.CITY_DIRECTOR)


def may_take_out(held: HeldPosts, edition: Edition) -> bool:
    """Whether this person may download the whole text: of an official standard, which is copyrighted, only who keeps it."""
    return not edition.official or may_draft(held) or may_publish(held)


def _entered(question: Question) -> Iterable[Refusal]:
    if not question.obj.complete:
        gaps = len(question.obj.problems)
        yield Refusal("标准尚未录全，不能校核", required="全部录入", found=f"缺{gaps}处", remedy="补录缺项后重新导入")


KEEPER = Seat("standards_keeper", "经办", lambda held, _edition: may_draft(held))
DIRECTOR = Seat("standards_director", "审定", lambda held, _edition: may_publish(held))

EDITION = Machine(
    name="edition",
    title="评价标准",
    model="indicators.Edition",
    initial=EditionStatus.DRAFT,
    states=tuple(State(status, final=status is EditionStatus.SUPERSEDED) for status in EditionStatus),
    transitions=(
        Transition(
            "check", "校核", ("draft",), "checked", (KEEPER,), guards=(_entered,), by_system=True,
            message="内容经校核无误，交审定发布", tone="primary",
        ),
        Transition(
            "publish", "发布", ("checked",), "published", (DIRECTOR,), by_system=True, confirm=True,
            message="发布后城区可以选用", tone="primary",
        ),
        Transition(
            "revise", "退回修改", ("checked",), "draft", (KEEPER, DIRECTOR), by_system=True, reason_required=True,
            message="退回草稿，可以重新导入",
        ),
        Transition(
            "revise", "退回修改", ("published",), "draft", (DIRECTOR,), by_system=True, reason_required=True, confirm=True,
            message="停止选用，退回草稿",
        ),
        Transition("freeze", "锁定", ("checked",), "frozen", (), by_system=True, message="有评分表提交后自动锁定"),
        Transition(
            "freeze", "锁定", ("published",), "frozen", (DIRECTOR,), by_system=True, confirm=True,
            message="锁定后内容不能再改，有评分表提交时自动锁定",
        ),
        Transition(
            "supersede", "代替", ("draft", "published", "frozen"), "superseded", (DIRECTOR,), by_system=True,
            reason_required=True, confirm=True, message="不再供城区选用，仍可查阅；已选用的城区不受影响", tone="danger",
        ),
    ),
)  # fmt: skip
