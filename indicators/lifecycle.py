"""The life of an edition as a table: draft → checked → published → frozen once used → superseded."""

from collections.abc import Iterable

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition
from greendistrict.workflow.registry import register
from indicators.enums import EditionStatus
from indicators.models import Edition


def _city_officer(by: User, _edition: Edition) -> bool:
    return Role.CITY_OFFICER in seats(by).roles


def _entered(question: Question) -> Iterable[Refusal]:
    if not question.obj.complete:
        gaps = len(question.obj.problems)
        yield Refusal("标准尚未录全，不能校核", required="全部录入", found=f"缺{gaps}处", remedy="补录缺项后重新导入")


CITY_OFFICER = Seat("city_officer", "经办", _city_officer)

EDITION = register(
    Machine(
        name="edition",
        title="评价标准",
        model="indicators.Edition",
        initial=EditionStatus.DRAFT,
        states=tuple(State(status.value, str(status.label), final=status is EditionStatus.SUPERSEDED) for status in EditionStatus),
        transitions=(
            Transition("check", "校核", ("draft",), "checked", (CITY_OFFICER,), guards=(_entered,), by_system=True),
            Transition("publish", "发布", ("checked",), "published", (CITY_OFFICER,), by_system=True),
            Transition("revise", "退回修改", ("checked", "published"), "draft", (CITY_OFFICER,), by_system=True),
            Transition("freeze", "锁定", ("checked", "published"), "frozen", (), by_system=True),
            Transition("supersede", "代替", ("draft", "published", "frozen"), "superseded", (CITY_OFFICER,), by_system=True),
        ),
    )
)
