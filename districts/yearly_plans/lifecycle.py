"""State machine of a yearly implementation plan (六（三）): filed by the authority, returned or noted by the city."""

from collections.abc import Iterable

from districts.common.enums import PlanStatus
from districts.file.rules import may_file_plan
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads


def files_plan(held: HeldPosts, plan: ImplementationPlan) -> bool:
    """Whether the user may file this yearly plan: people of its authority."""
    return may_file_plan(held, plan.authority)


def handles_plan(held: HeldPosts, plan: ImplementationPlan) -> bool:
    """Whether the user may take note of this yearly plan or return it: the city's 经办."""
    return held.has(Role.CITY_OFFICER) and plan.pk is not None


FILER = Seat("authority", "区专门机构（实施主体）", files_plan)
CITY = Seat("city_officer", "市级经办", handles_plan)


@reads("missing")
def complete(_question: Question, missing: Iterable[Refusal]) -> Iterable[Refusal]:
    """Refuse unless nothing is missing."""
    return missing


IMPLEMENTATION_PLAN = Machine(
    name="implementation_plan",
    title="年度实施计划",
    model="districts.ImplementationPlan",
    initial="draft",
    states=(
        State(PlanStatus.DRAFT),
        State(PlanStatus.FILED, tone="info"),
        State(PlanStatus.RETURNED, tone="warning"),
        State(PlanStatus.NOTED, tone="success", final=True),
    ),
    transitions=(
        Transition("file", "上报", ("draft", "returned"), "filed", (FILER,), (complete,), tone="primary", confirm=True,
            message="报市住房城乡建设管理委，上报后不能修改；列入的城区自上报起视为已列入实施计划"),
        Transition("recall", "撤回上报", ("filed",), "draft", (FILER,), message="接收之前可以撤回，撤回后重新上报"),
        Transition("note", "接收", ("filed",), "noted", (CITY,), tone="primary", message="计划存档"),
        Transition("return", "退回修改", ("filed", "noted"), "returned", (CITY,), reason_required=True,
            message="退回后城区暂不视为已列入实施计划"),
    ),
)  # fmt: skip
