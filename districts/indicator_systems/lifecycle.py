"""State machine of an indicator system, and who hands up, signs and approves it."""

from collections.abc import Iterable

from districts.common.enums import SystemStatus
from districts.file.rules import bodies_as, is_preparer, is_reviewer
from districts.indicator_systems.models import IndicatorSystem
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads


def hands_up_system(held: HeldPosts, system: IndicatorSystem) -> bool:
    """Whether the user may hand the indicator system to the applicant's reviewer."""
    return is_preparer(held, system.district)


def signs_system(held: HeldPosts, system: IndicatorSystem) -> bool:
    """Whether the user may sign the indicator system for the applicant."""
    return is_reviewer(held, system.district)


def approves_system(held: HeldPosts, system: IndicatorSystem) -> bool:
    """Whether the user may approve it: for a leading body other than the applicant; the city's 经办 if there is none."""
    district = system.district
    others = district.authorities.exclude(pk=district.applicant_id or 0)
    if held.has(Role.CITY_OFFICER):
        return not others.exists()
    bodies = bodies_as(held, Role.AUTHORITY)
    return bool(bodies) and others.filter(pk__in=bodies).exists()


PREPARER = Seat("preparer", "申报主体填报人", hands_up_system)

SIGNER = Seat("reviewer", "申报主体审核人", signs_system)

APPROVER = Seat("approver", "区专门机构（实施主体自行申报的，市级经办）", approves_system)


@reads("missing")
def complete(_question: Question, missing: Iterable[Refusal]) -> Iterable[Refusal]:
    """Refuse unless nothing is missing."""
    return missing


def another_person(question: Question) -> Iterable[Refusal]:
    """Refuse if the signer is the person who handed up."""
    if question.obj.handed_up_by_id == question.held.person:
        yield Refusal("签发人与送审人不能是同一人", remedy="请本单位另一位审核人签发")


def for_itself(question: Question) -> Iterable[Refusal]:
    """Refuse if the draft was made for a change case."""
    if question.obj.by_change:
        yield Refusal("这一版是变更草案，随变更办理生效", remedy="在变更中提交")


def for_a_change(question: Question) -> Iterable[Refusal]:
    """Refuse unless the draft was made for a change case."""
    if not question.obj.by_change:
        yield Refusal("这一版不是变更草案，由实施主体批准")


INDICATOR_SYSTEM = Machine(
    name="indicator_system",
    title="指标体系",
    model="districts.IndicatorSystem",
    initial="draft",
    states=(
        State(SystemStatus.DRAFT),
        State(SystemStatus.SIGNING, tone="info"),
        State(SystemStatus.HANDED_UP, tone="info"),
        State(SystemStatus.APPROVED, tone="success", final=True),
    ),
    transitions=(
        Transition("hand_up", "提交审核", ("draft",), "signing", (PREPARER,), (for_itself, complete), tone="primary",
            message="转本单位审核人签发，期间不能修改"),
        Transition("take_back", "收回修改", ("signing",), "draft", (PREPARER,), message="收回后可以继续修改"),
        Transition("sign", "签发并上报", ("signing",), "handed_up", (SIGNER,), (another_person, complete), tone="primary",
            message="报实施主体批准"),
        Transition("send_back", "退回填报", ("signing",), "draft", (SIGNER,), reason_required=True,
            message="退回填报人修改"),
        Transition("approve", "批准", ("handed_up",), "approved", (APPROVER,), (complete,), tone="primary", confirm=True,
            message="批准后这一版冻结，作为自查和评审的依据，不能再改"),
        Transition("return", "退回修改", ("handed_up",), "draft", (APPROVER,), reason_required=True,
            message="退回申报主体修改"),
        Transition("adopt", "随变更生效", ("draft",), "approved", (), (for_a_change, complete), by_system=True,
            message="变更经市级同意后，草案成为新的一版并冻结"),
    ),
)  # fmt: skip
