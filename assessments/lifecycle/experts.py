"""The life of a person in the expert pool, and of an applicant's request for a recusal, as tables."""

from collections.abc import Iterable

from assessments.enums import PoolState, RecusalState
from assessments.rules.experts import answers_recusal, is_this_expert, keeps_pool
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition
from greendistrict.workflow.registry import register

KEEPER = Seat("pool_keeper", "评审秘书、市级经办", keeps_pool)
EXPERT_SEAT = Seat("expert", "专家本人", is_this_expert)
SECRETARY = Seat("secretariat", "评审秘书", answers_recusal)
FROZEN = "专家名单已经冻结，不再受理；发现应回避情形的，请直接联系评审秘书"


def _has_post(question: Question) -> Iterable[Refusal]:
    if question.facts is not None and not question.facts.get("has_post"):
        yield Refusal("账号还没有专家岗位", remedy="由安全管理员授予专家岗位后再确认加入")


def _employed(question: Question) -> Iterable[Refusal]:
    if question.facts is not None and not question.facts.get("employed"):
        yield Refusal("还没有填写工作单位，不能核对应回避情形", remedy="先在本页填写工作单位")


def _not_seated(question: Question) -> Iterable[Refusal]:
    if question.facts and question.facts.get("open_seats"):
        yield Refusal(
            "正在参加评审，移出前先更换", found="；".join(question.facts["open_seats"]), remedy="在评审页办理“确认回避，更换”，或等评审结束"
        )


def _before_freeze(question: Question) -> Iterable[Refusal]:
    if question.facts and question.facts.get("frozen"):
        yield Refusal(FROZEN)


EXPERT = register(
    Machine(
        name="expert",
        title="专家库",
        model="assessments.ExpertProfile",
        initial=PoolState.INVITED,
        states=(
            State("invited", "待答复", tone="info"),
            State("active", "在库", tone="success"),
            State("declined", "未加入"),
            State("removed", "已移出"),
        ),
        transitions=(
            Transition("join", "同意加入", ("invited",), "active", (EXPERT_SEAT,), (_has_post, _employed), told="评审秘书", tone="primary"),
            Transition("decline", "不加入", ("invited",), "declined", (EXPERT_SEAT,), reason_required=True, told="评审秘书"),
            Transition(
                "remove",
                "移出专家库",
                ("invited", "active"),
                "removed",
                (KEEPER,),
                (_not_seated,),
                message="不再参加抽取，记录保留",
                told="专家本人",
                reason_required=True,
                confirm=True,
                tone="danger",
            ),
            Transition("invite_again", "再次邀请", ("declined", "removed"), "invited", (KEEPER,), told="专家本人"),
        ),
    )
)

RECUSAL = register(
    Machine(
        name="recusal_request",
        title="回避申请",
        model="assessments.RecusalRequest",
        initial=RecusalState.ASKED,
        states=(
            State("asked", "待答复", tone="info"),
            State("granted", "已同意", tone="success", final=True),
            State("refused", "未同意", final=True),
        ),
        transitions=(
            Transition("grant", "同意回避", ("asked",), "granted", (SECRETARY,), (_before_freeze,), told="申请单位", tone="primary"),
            Transition("refuse", "不同意", ("asked",), "refused", (SECRETARY,), told="申请单位", reason_required=True),
        ),
    )
)
