"""State machine of one opinion of a panel: replied by the responsible body, checked and closed by 经办 or secretariat."""

from collections.abc import Callable, Iterable

from assessments.opinions import rules
from assessments.opinions.models import OpinionState, PanelOpinion
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition

ENDED = frozenset({"unmended"})


def _at(key: str, label: str, holds: Callable[[HeldPosts, rules.ReviewedMatter], bool]) -> Seat:
    """A seat defined on the matter, applied to its opinions."""

    def predicate(held: HeldPosts, opinion: PanelOpinion) -> bool:
        return holds(held, opinion.matter)

    return Seat(key, label, predicate)


PREPARER = _at("preparer", "申报主体填报人", rules.prepares_for)
SIGNER = _at("reviewer", "申报主体审核人", rules.signs_for)
BODY = Seat("responsible", "责任单位", rules.is_responsible)
OFFICER = _at("city_officer", "市级经办", rules.handles)
SECRETARY = _at("secretariat", "评审秘书", rules.keeps_reviews)
STATES = (
    State(OpinionState.OPEN, tone="warning"),
    State(OpinionState.REPLIED, tone="info"),
    State(OpinionState.CLOSED, tone="success", final=True),
)


def opinion_machine(name: str, title: str, model: type[PanelOpinion], *, ended: frozenset[str], over: str, closing: str) -> Machine:
    """Build the state machine of the opinions of one kind of matter.

    No step is offered while the matter is in a state of ``ended`` (``over`` is the reason); ``closing`` names what waits for the last
    binding opinion.
    """

    def goes_on(question: Question) -> Iterable[Refusal]:
        if question.obj.matter.status in ended:
            yield Refusal(over)

    asked = (goes_on,)
    return Machine(
        name=name,
        title=title,
        model=model._meta.label,
        initial="open",
        states=STATES,
        transitions=(
            Transition(
                "reply", "答复", ("open", "replied"), "replied", (PREPARER, SIGNER, BODY), asked,
                tone="primary", message="写明修改情况，可附修改后的材料；复核前可以更改",
            ),
            Transition(
                "send_back", "退回再答", ("replied",), "open", (OFFICER, SECRETARY), asked,
                reason_required=True, message="写明还须补充什么",
            ),
            Transition(
                "close", "复核通过，销号", ("replied",), "closed", (OFFICER, SECRETARY), asked, tone="primary",
                message=closing,
            ),
        ),
    )  # fmt: skip
