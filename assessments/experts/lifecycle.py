"""State machine of a person in the expert pool: invited, member, declined, removed.

Also here: Permissions on the expert pool.
"""

from collections.abc import Iterable, Sequence

from assessments.common.enums import PoolState
from assessments.experts.models import ExpertProfile
from districts.file.models.district import District
from districts.file.rules import is_preparer, is_reviewer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads


def reads_pool(held: HeldPosts) -> bool:
    """Whether the user may read the pool: city and secretariat."""
    return held.is_city or keeps_pool(held)


def keeps_pool(held: HeldPosts, _expert: ExpertProfile | None = None) -> bool:
    """Whether the user may edit the pool: secretariat and the city's 经办."""
    return held.has(Role.SECRETARIAT, Role.CITY_OFFICER)


def is_this_expert(held: HeldPosts, expert: ExpertProfile) -> bool:
    """Whether the user is this expert."""
    return expert.user_id == held.person


def describes(held: HeldPosts, expert: ExpertProfile) -> bool:
    """Whether the user may enter employers, ties and absences: the expert or a keeper of the pool, unless the expert was removed."""
    return expert.status != PoolState.REMOVED and (is_this_expert(held, expert) or keeps_pool(held))


def of_applicant(held: HeldPosts, district: District) -> bool:
    """Whether the user is a preparer or reviewer of the district's applicant."""
    return is_preparer(held, district) or is_reviewer(held, district)


KEEPER = Seat("pool_keeper", "评审秘书、市级经办", keeps_pool)
EXPERT_SEAT = Seat("expert", "专家本人", is_this_expert)


@reads("has_post")
def _has_post(_question: Question, has_post: object) -> Iterable[Refusal]:
    if not has_post:
        yield Refusal("账号尚无专家岗位", remedy="由安全管理员授予专家岗位后再确认加入")


@reads("employed")
def _employed(_question: Question, employed: object) -> Iterable[Refusal]:
    if not employed:
        yield Refusal("尚未填写工作单位，不能核对应回避情形", remedy="先在本页填写工作单位")


@reads("open_panels")
def _on_no_panel(_question: Question, panels: Sequence[str]) -> Iterable[Refusal]:
    if panels:
        yield Refusal(
            "正在参加评审，移出前先更换",
            found="；".join(panels),
            remedy="在评审页办理“确认回避，更换”，或等评审结束",
        )


EXPERT = Machine(
    name="expert",
    title="专家库",
    model="assessments.ExpertProfile",
    initial=PoolState.INVITED,
    states=(
        State(PoolState.INVITED, tone="info"),
        State(PoolState.ACTIVE, tone="success"),
        State(PoolState.DECLINED),
        State(PoolState.REMOVED),
    ),
    transitions=(
        Transition("join", "同意加入", ("invited",), "active", (EXPERT_SEAT,), (_has_post, _employed), tone="primary"),
        Transition("decline", "不加入", ("invited",), "declined", (EXPERT_SEAT,), reason_required=True),
        Transition(
            "remove",
            "移出专家库",
            ("invited", "active"),
            "removed",
            (KEEPER,),
            (_on_no_panel,),
            message="不再参加抽取，记录保留",
            reason_required=True,
            confirm=True,
            tone="danger",
        ),
        Transition("invite_again", "再次邀请", ("declined", "removed"), "invited", (KEEPER,)),
    ),
)
