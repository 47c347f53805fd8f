"""State machine of an announcement batch (公告批次): approved by the director, published by the officer.

Also here: Guards of announcement batches: conditions for approval and for publication.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from approvals.cases.document_numbers import number_taken
from approvals.cases.guards import typed
from approvals.cases.lifecycle import DIRECTOR, OFFICER
from approvals.common.enums import CaseKind
from approvals.titles.enums import CONFIRMED_REMEDIES, AnnouncementState
from approvals.titles.models.publicity import Announcement, AnnouncementLine
from greendistrict.core.errors import Refusal
from greendistrict.policy import parameters
from greendistrict.workflow.machine import Machine, Question, State, Transition, reads


@reads("lines")
def lists_districts(_question: Question, lines: Sequence[AnnouncementLine]) -> Iterable[Refusal]:
    """At least one district is listed."""
    if not lines:
        yield Refusal("批次里尚无城区")


@typed("number", "announced_on")
def numbered_and_dated(question: Question, number: str, announced_on: dt.date | None) -> Iterable[Refusal]:
    """The number is given and free, the date is given and not in the future."""
    if not number:
        yield Refusal("请填写公告文号", field="number")
    if taken := number_taken(number, question.obj):
        yield Refusal(taken, field="number")
    if announced_on is None:
        yield Refusal("请填写公告日期", field="announced_on")
    elif announced_on > question.today:
        yield Refusal("公告日期不能晚于今天", field="announced_on")


@reads("lines")
def cases_complete(question: Question, lines: Sequence[AnnouncementLine]) -> Iterable[Refusal]:
    """Every case has its number and was decided (a loss of title: served) before the announcement."""
    day = question.payload.get("announced_on") if question.typed else None
    for line in lines:
        yield from (Refusal(f"{line.case}{words}，不能公告") for words in held_back(line.case))
        if not line.case.decision_number:
            page = reverse("approvals:case_number", args=[line.case_id])
            yield Refusal(f"{line.case}尚未登记决定文号", remedy="先登记决定文号", href=page)
    if day is not None:
        yield from (Refusal(words, field="announced_on") for line in lines for words in _too_early(line.case, day))


def held_back(case: Any) -> Iterable[str]:
    """Why a decision may not be announced: a reconsideration or suit has stayed it or set it aside."""
    for remedy in case.remedies.all():
        if remedy.is_stayed:
            yield f"的决定在{remedy.get_kind_display()}期间停止执行"
        elif remedy.status in CONFIRMED_REMEDIES and remedy.restores:
            yield f"的决定在{remedy.get_kind_display()}中{remedy.get_outcome_display()}"


def _too_early(case: Any, day: dt.date) -> Iterable[str]:
    if case.decided_on is None or day < case.decided_on:
        yield f"公告日期早于{case}的审定日期"
    if case.kind == CaseKind.LOSS and (case.loss.served_on is None or day < case.loss.served_on):
        yield f"公告日期早于{case}的送达日期"


@reads("lines", "waiting")
def approved(_question: Question, lines: Sequence[AnnouncementLine], waiting: bool) -> Iterable[Refusal]:  # noqa: FBT001 -- a fact, given by name
    """The director has approved the list in its present form, if the settings require it."""
    if lines and waiting:
        mark = parameters.default_mark("approval_chain.director_decides")
        yield Refusal(f"公告须经市级审定{mark}", required="已审定", found="未审定", remedy="请审定人在本批次页审定")


ANNOUNCEMENT = Machine(
    name="announcement",
    title="公告批次",
    model=Announcement._meta.label,
    initial=AnnouncementState.DRAFT,
    states=(
        State(AnnouncementState.DRAFT),
        State(AnnouncementState.PUBLISHED, public=str(AnnouncementState.PUBLISHED.label)),
        State(AnnouncementState.WITHDRAWN, public=str(AnnouncementState.WITHDRAWN.label), final=True),
    ),
    transitions=(
        Transition("approve", "审定", ("draft",), "draft", (DIRECTOR,), (lists_districts,), tone="primary",
            message="由经办登记公告文号和日期并公告，各城区的称号随即授予或者终止；改动名单须重新审定",
        ),
        Transition("publish", "公告", ("draft",), "published", (OFFICER,),
            (lists_districts, numbered_and_dated, cases_complete, approved), tone="primary",
            message="授予或者终止各城区的称号，锁定试点基线，评分表按已提交的版本接收；公告后只能更正或撤回",
        ),
        Transition("withdraw", "撤回公告", ("published",), "withdrawn", (), by_system=True, message="随撤回公告的公布转入"),
    ),
)  # fmt: skip
