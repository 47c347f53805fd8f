"""State machine of the 更正 or 撤回 of a published announcement: the officer proposes, the director approves, the officer publishes.

Also here: Guards of correcting or withdrawing an announcement.
"""

import datetime as dt
from collections.abc import Iterable

from approvals.cases.document_numbers import number_taken
from approvals.cases.guards import typed
from approvals.cases.lifecycle import DIRECTOR, OFFICER
from approvals.cases.rules import proposed
from approvals.titles.enums import AmendmentState
from approvals.titles.models.amendments import Amendment
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, State, Transition, reads


def another_person(question: Question) -> Iterable[Refusal]:
    """Passes if the person is not the one who proposed it."""
    if proposed(question.held, question.obj):
        yield Refusal("提出人和审定人须为两人", remedy="请另一人审定")


@reads("against")
def still_possible(_question: Question, against: list[Refusal]) -> Iterable[Refusal]:
    """Passes if the announcement has not changed since the proposal and the titles can be changed accordingly."""
    return against


@typed("number", "published_on")
def numbered_and_dated(question: Question, number: str, published_on: dt.date) -> Iterable[Refusal]:
    """Passes if the paper's number is free and its date lies between the announcement and today."""
    if taken := number_taken(number.strip(), question.obj):
        yield Refusal(taken, field="number")
    if published_on > question.today:
        yield Refusal("公布日期不能晚于今天", field="published_on")
    announced = question.obj.announcement.announced_on
    if announced is not None and published_on < announced:
        yield Refusal("公布日期不能早于原公告的日期", field="published_on")


AMENDMENT = Machine(
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
)  # fmt: skip
