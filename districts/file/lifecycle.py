"""State machine of a district's stage, which changes only by title decisions."""

from districts.common.enums import STAGES_IN_ORDER, UNTITLED_STAGES, Stage
from greendistrict.workflow.machine import Machine, Seat, State, Transition

SYSTEM = Seat("system", "称号决定", lambda held, district: False)  # noqa: ARG005 -- the step belongs to no person

DISTRICT = Machine(
    name="district",
    title="城区",
    model="districts.District",
    field="stage",
    initial="candidate",
    states=(
        *(State(stage, public=str(stage.label)) for stage in STAGES_IN_ORDER),
        State(Stage.CANCELLED, public="已取消试点称号"),
        State(Stage.REVOKED, public="已撤销称号"),
    ),
    transitions=(
        Transition("grant_pilot", "授予试点称号", UNTITLED_STAGES, "pilot", (SYSTEM,), by_system=True),
        Transition("grant_demonstration", "授予示范称号", ("pilot",), "demonstration", (SYSTEM,), by_system=True),
        Transition("cancel_title", "取消试点称号", ("pilot",), "cancelled", (SYSTEM,), by_system=True),
        Transition("leave_programme", "主动退出", ("pilot",), "cancelled", (SYSTEM,), by_system=True),
        Transition("revoke_title", "撤销称号", ("pilot", "demonstration"), "revoked", (SYSTEM,), by_system=True),
        Transition("recall_title", "公告撤回，称号终止", ("pilot", "demonstration"), "candidate", (SYSTEM,), by_system=True),
        Transition("recall_to_pilot", "公告撤回，恢复试点", ("demonstration",), "pilot", (SYSTEM,), by_system=True),
        Transition("restore_pilot", "恢复试点称号", ("cancelled", "revoked"), "pilot", (SYSTEM,), by_system=True),
        Transition("restore_demonstration", "恢复示范称号", ("revoked",), "demonstration", (SYSTEM,), by_system=True),
        Transition("record_pilot", "历史补录试点称号", UNTITLED_STAGES, "pilot", (SYSTEM,), by_system=True),
        Transition("record_demonstration", "历史补录示范称号", (*UNTITLED_STAGES, "pilot"), "demonstration", (SYSTEM,), by_system=True),
    ),
)
