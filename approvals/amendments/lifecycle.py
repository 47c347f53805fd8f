"""State machine of the 更正 or 撤回 of a published announcement: the officer proposes, the director approves, the officer publishes."""

from approvals.amendments.guards import another_person, numbered_and_dated, still_possible
from approvals.cases.lifecycle.seats import DIRECTOR, OFFICER
from approvals.titles.enums import AmendmentState
from approvals.titles.models.amendments import Amendment
from greendistrict.workflow.machine import Machine, State, Transition
from greendistrict.workflow.registry import register

AMENDMENT = register(
    Machine(
        name="amendment",
        title="公告更正与撤回",
        model=Amendment._meta.label,
        initial=AmendmentState.PROPOSED,
        states=(
            State(AmendmentState.PROPOSED, "待审定", tone="info"),
            State(AmendmentState.APPROVED, "已审定，待公布", tone="info"),
            State(AmendmentState.PUBLISHED, "已公布", "已公布", "success", final=True),
            State(AmendmentState.REFUSED, "不同意", tone="danger", final=True),
            State(AmendmentState.DROPPED, "已收回", final=True),
        ),
        transitions=(
            Transition("approve", "审定", ("proposed",), "approved", (DIRECTOR,), (another_person, still_possible), tone="primary",
                confirm=True, message="由经办登记文号和日期后公布",
            ),
            Transition("refuse", "不同意", ("proposed",), "refused", (DIRECTOR,), reason_required=True, tone="danger",
                message="办结；公告不变",
            ),
            Transition("drop", "收回", ("proposed", "approved"), "dropped", (OFFICER,), message="办结；公告不变"),
            Transition("publish", "公布", ("approved",), "published", (OFFICER,), (still_possible, numbered_and_dated), tone="primary",
                message="公告的地址不变，原文留存；更正的内容和撤回公告涉及的称号随即改变",
            ),
        ),
    )
)  # fmt: skip
