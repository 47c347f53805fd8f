"""State machine of an announcement batch (公告批次): approved by the director, published by the officer."""

from approvals.cases.lifecycle.seats import DIRECTOR, OFFICER
from approvals.publicity.guards import approved, cases_complete, lists_districts, numbered_and_dated
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement
from greendistrict.workflow.machine import Machine, State, Transition
from greendistrict.workflow.registry import register

ANNOUNCEMENT = register(
    Machine(
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
    )
)  # fmt: skip
