"""State machine of a self-check and who takes its steps: two people of the applicant, by setting the designated body, the city."""

from collections.abc import Iterable
from typing import Any

from assessments.common.calendar import not_yet_open
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.tables import rules
from districts.file.rules import is_authority, is_preparer, is_reviewer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads


def hands_up(held: HeldPosts, check: SelfCheck) -> bool:
    """Whether the user may hand it up: the preparer, never a consultant."""
    return is_preparer(held, check.district)


def signs(held: HeldPosts, check: SelfCheck) -> bool:
    """Whether the user may sign: the reviewer, unless they handed it up."""
    return is_reviewer(held, check.district) and check.handed_up_by_id != held.person


def signs_to_city(held: HeldPosts, check: SelfCheck) -> bool:
    """Whether the user may sign and file directly with the city."""
    return not check.countersign_required and signs(held, check)


def signs_to_authority(held: HeldPosts, check: SelfCheck) -> bool:
    """Whether the user may sign and send to the designated body first, if the settings required that when it was opened."""
    return check.countersign_required and signs(held, check)


def countersigns(held: HeldPosts, check: SelfCheck) -> bool:
    """Whether the user may countersign: the designated body, unless it applies for the district itself."""
    own = check.district.applicant_id in held.organisations_as(Role.AUTHORITY)
    return not own and is_authority(held, check.district)


def countersigns_filed(held: HeldPosts, check: SelfCheck) -> bool:
    """Whether the user may countersign a filed self-check; possible once, if countersigning is optional."""
    return check.countersigned_at is None and countersigns(held, check)


PREPARER = Seat("preparer", "填报", hands_up)
SIGNER = Seat("reviewer", "审核签发（与送审人不是同一人）", signs)
SIGNER_TO_CITY = Seat("reviewer_to_city", "审核签发（与送审人不是同一人）", signs_to_city)
SIGNER_TO_AUTHORITY = Seat("reviewer_to_authority", "审核签发（与送审人不是同一人）", signs_to_authority)
AUTHORITY = Seat("authority", "区专门机构", countersigns)
AUTHORITY_AFTER = Seat("authority_after", "区专门机构", countersigns_filed)
OFFICER = Seat("city_officer", "市级经办", rules.is_city_officer)


@reads("blocking")
def complete(_question: Question, blocking: Iterable[str]) -> Iterable[Refusal]:
    """Refuse unless nothing in table and report blocks."""
    for text in blocking:
        yield Refusal(str(text))


def window_open(question: Question) -> Iterable[Refusal]:
    """Refuse before the filing window of the year opens (setting ``selfcheck.window_opens``)."""
    check: Any = question.obj
    if words := not_yet_open(check.year, question.today):
        yield Refusal(f"{words}，材料保留，到时再签发；需要修改的，撤回送审或退回填报后继续填写和保存")


SELF_CHECK = Machine(
    name="self_check",
    title="年度自查",
    model="assessments.SelfCheck",
    initial="draft",
    states=(
        State(SelfCheckState.DRAFT, "填报中", public=""),
        State(SelfCheckState.SIGNING, "待签发", tone="info"),
        State(SelfCheckState.COUNTERSIGNING, "待会签", tone="info"),
        State(SelfCheckState.FILED, "待接收", tone="info", public="已报送"),
        State(SelfCheckState.RECEIVED, "已接收", tone="success", public="已接收", final=True),
        State(SelfCheckState.RETURNED, "退回补充", tone="warning"),
    ),
    transitions=(
        Transition(
            "hand_up",
            "提交审核",
            ("draft", "returned"),
            "signing",
            (PREPARER,),
            guards=(complete,),
            message="送本单位审核签发，期间不能修改",
            tone="primary",
        ),
        Transition("take_back", "撤回送审", ("signing",), "draft", (PREPARER,), message="撤回后可以继续修改"),
        Transition("send_back", "退回填报", ("signing",), "draft", (SIGNER,), reason_required=True, message="退给填报人修改"),
        Transition(
            "sign",
            "签发并提交",
            ("signing",),
            "filed",
            (SIGNER_TO_CITY,),
            guards=(window_open, complete),
            message="冻结这一版并报市住房城乡建设管理委",
            confirm=True,
            tone="primary",
        ),
        Transition(
            "sign_for_countersign",
            "签发并送会签",
            ("signing",),
            "countersigning",
            (SIGNER_TO_AUTHORITY,),
            guards=(window_open, complete),
            message="冻结这一版并送区专门机构会签",
            confirm=True,
            tone="primary",
        ),
        Transition("countersign", "会签", ("countersigning",), "filed", (AUTHORITY,), tone="primary"),
        Transition("countersign_after", "会签", ("filed",), "filed", (AUTHORITY_AFTER,), tone="primary"),
        Transition(
            "decline",
            "退回修改",
            ("countersigning",),
            "returned",
            (AUTHORITY,),
            reason_required=True,
        ),
        Transition(
            "recall",
            "撤回提交",
            ("filed", "countersigning"),
            "draft",
            (SIGNER,),
            reason_required=True,
            message="接收前可以撤回",
        ),
        Transition(
            "receive",
            "接收",
            ("filed",),
            "received",
            (OFFICER,),
            message="这一版计入年度评估",
            tone="primary",
        ),
        Transition(
            "return",
            "退回补充",
            ("filed",),
            "returned",
            (OFFICER,),
            reason_required=True,
            message="一次列明需要补充的全部内容",
            tone="danger",
        ),
    ),
)
