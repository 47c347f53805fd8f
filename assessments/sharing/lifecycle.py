"""State machine of a share and who takes its steps: assigned, signed off by the assignee, sent back or withdrawn by the assigner."""

from collections.abc import Iterable

from django.db.models import Model

from assessments.sharing.models import RowShare, ShareState
from assessments.tables.lifecycle import TABLE
from assessments.tables.models import ScoreTable
from assessments.tables.rules import EDITABLE, may_add_files
from districts.file.rules import is_preparer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads


def gives_out(held: HeldPosts, table: ScoreTable) -> bool:
    """Whether the user may assign rows: the applicant's preparer while the table is open, but no consultant."""
    return table.status in EDITABLE and is_preparer(held, table.district)


def is_assignee(held: HeldPosts, share: RowShare) -> bool:
    """Whether the share is assigned to the user, or to a bureau for which they provide data."""
    if share.person_id:
        return share.person_id == held.person
    return share.organisation_id in held.organisations_as(Role.BUREAU)


def takes_back(held: HeldPosts, share: RowShare) -> bool:
    """Whether the user may return or withdraw the share: the applicant's preparer."""
    return is_preparer(held, share.table.district)


def may_fill(held: HeldPosts, share: RowShare) -> bool:
    """Whether the user may fill in the rows: the assignee, while share and table are open."""
    return share.status == ShareState.OPEN and share.table.status in EDITABLE and is_assignee(held, share)


def may_add_shared_files(held: HeldPosts, obj: Model) -> bool:
    """Whether the user may add files: those who may edit the table or fill in some of its rows."""
    if may_add_files(held, obj):
        return True
    if not isinstance(obj, ScoreTable) or obj.status not in EDITABLE:
        return False
    return any(may_fill(held, share) for share in obj.shares.filter(status=ShareState.OPEN).select_related("table__district"))


ASSIGNEE = Seat("assignee", "受分派的部门或经办人", is_assignee)
GIVER = Seat("giver", "申报主体填报人", takes_back)


@reads("blocking")
def complete(_question: Question, blocking: Iterable[str]) -> Iterable[Refusal]:
    """Refuse unless nothing in the rows blocks."""
    for text in blocking:
        yield Refusal(str(text))


def table_open(question: Question) -> Iterable[Refusal]:
    """Refuse to sign off once the table is being signed, is filed or received."""
    table = question.obj.table
    if table.status not in EDITABLE:
        yield Refusal(f"评分表现为“{TABLE.state(table.status).label}”，不能再签认")


SHARE = Machine(
    name="row_share",
    title="填报分工",
    model="assessments.RowShare",
    initial="open",
    states=(
        State(ShareState.OPEN, "填报中"),
        State(ShareState.SIGNED, "已签认", tone="success"),
        State(ShareState.WITHDRAWN, "已收回", final=True),
    ),
    transitions=(
        Transition(
            "sign",
            "签认",
            ("open",),
            "signed",
            (ASSIGNEE,),
            guards=(table_open, complete),
            message="所填数据属实、完整；签认后不能再改，需要修改的由申报主体退回",
            tone="primary",
        ),
        Transition(
            "reopen",
            "退回补充",
            ("signed",),
            "open",
            (GIVER,),
            reason_required=True,
            message="退回后可以继续填写",
        ),
        Transition("withdraw", "收回", ("open", "signed"), "withdrawn", (GIVER,), message="已填的内容保留"),
    ),
)
