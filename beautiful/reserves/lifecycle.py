"""State machine of a reserve project: proposed, screened, admitted, entered in the national library, removed."""

from collections.abc import Iterable, Sequence

from beautiful.reserves import rules
from beautiful.reserves.models import ReserveState
from beautiful.reserves.screening import ADMIT, SUBMIT, ScreenedRule, lacking
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Guard, Machine, Question, Seat, State, Transition, reads

PROPOSER = Seat("reserve_proposer", "申报单位", rules.writes)
SCREENER = Seat("reserve_screener", "美丽上海统筹（与提交人不是同一人）", rules.screens)
KEEPER = Seat("coordinator", "美丽上海统筹", rules.keeps)


def _passes(at: str) -> Guard:
    def passes(_question: Question, screened: Sequence[ScreenedRule]) -> Iterable[Refusal]:
        for rule in lacking(screened, at):
            yield Refusal(f"未达到初筛条件：{rule.text}", field=rule.fields[0])

    passes.__name__ = f"passes_rules_of_{at}"
    return reads("screened")(passes)


def _listed(question: Question) -> Iterable[Refusal]:
    if not question.typed:
        return
    if (day := question.payload.get("listed_on")) is not None and day > question.today:
        yield Refusal("列入日期不能晚于今天", field="listed_on")
    if not str(question.payload.get("listed_basis") or "").strip():
        yield Refusal("请填写列入依据", field="listed_basis")


RESERVE = Machine(
    name="reserve_project",
    title="储备项目",
    model="beautiful.ReserveProject",
    initial="draft",
    states=(
        State(ReserveState.DRAFT, "编写中"),
        State(ReserveState.SUBMITTED, "待初筛", tone="info"),
        State(ReserveState.RETURNED, "已退回", tone="warning"),
        State(ReserveState.RESERVED, "已储备", tone="success"),
        State(ReserveState.LISTED, "已列入", tone="success"),
        State(ReserveState.DECLINED, "不予储备", final=True),
        State(ReserveState.REMOVED, "已移出", final=True),
    ),
    transitions=(
        Transition(
            "submit",
            "提交初筛",
            ("draft", "returned"),
            "submitted",
            (PROPOSER,),
            (_passes(SUBMIT),),
            "送“美丽上海统筹”初筛，期间不能修改",
            tone="primary",
        ),
        Transition("take_back", "撤回提交", ("submitted",), "draft", (PROPOSER,), message="撤回后可以继续修改"),
        Transition("return", "退回修改", ("submitted",), "returned", (SCREENER,), reason_required=True),
        Transition(
            "admit",
            "入库储备",
            ("submitted",),
            "reserved",
            (SCREENER,),
            (_passes(ADMIT),),
            "初筛结果随入库固定",
            confirm=True,
            tone="primary",
        ),
        Transition("decline", "不予储备", ("submitted",), "declined", (SCREENER,), reason_required=True, confirm=True, tone="danger"),
        Transition(
            "list",
            "登记列入",
            ("reserved",),
            "listed",
            (KEEPER,),
            (_listed,),
            "上级储备库列入以后登记日期和依据",
            page="beautiful:reserve_enter",
        ),
        Transition(
            "remove",
            "移出",
            ("reserved", "listed"),
            "removed",
            (KEEPER,),
            message="项目和经过留存",
            reason_required=True,
            confirm=True,
            tone="danger",
        ),
    ),
)
