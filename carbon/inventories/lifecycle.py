"""State machine of an inventory: draft, signed by a second person, then filed and frozen. A correction is a new edition."""

from collections.abc import Iterable, Mapping

from assessments.common.lifecycle import filing
from carbon.inventories.models import InventoryState
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, State, reads

STEPS = ("hand_up", "take_back", "send_back", "sign")


@reads("blocking")
def _complete(_question: Question, blocking: Iterable[Mapping[str, str]]) -> Iterable[Refusal]:
    """No field is missing or wrong."""
    for line in blocking:
        yield Refusal(line["text"], field=line["field"], href=line.get("href", ""))


CARBON_INVENTORY = Machine(
    name="carbon_inventory",
    title="碳排放清单",
    model="carbon.CarbonInventory",
    initial="draft",
    states=(
        State(InventoryState.DRAFT, "填报中"),
        State(InventoryState.SIGNING, "待签发", tone="info"),
        State(InventoryState.FILED, "已报送", "已报送", "success", final=True),
    ),
    transitions=tuple(
        step
        for step in filing(
            complete=_complete,
            handed_up="送本单位审核人签发，期间不能修改",
            signed="冻结本版内容和结果，市住房城乡建设管理委可以查看；以后更正另立新版",
        )
        if step.action in STEPS
    ),
)
