"""State machine of a yearly report (七（三）4, 八（四）): filed by two people, received or returned by the city.

Also here: Permissions on a yearly report.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from assessments.common.lifecycle import OFFICER, filing
from assessments.yearly_reports.models import YearlyReport, YearlyReportState
from districts.file.rules import may_edit_district
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, State, Transition, reads

OPEN = (YearlyReportState.DRAFT, YearlyReportState.RETURNED)
HANDED_IN = (YearlyReportState.FILED, YearlyReportState.RECEIVED)


def may_fill(held: HeldPosts, report: YearlyReport) -> bool:
    """Whether the user may edit the report: preparer and consultant while it is open."""
    return report.status in OPEN and may_edit_district(held, report.district)


def may_add_files(held: HeldPosts, owner: object) -> bool:
    """Whether the user may add files: those who may edit the report."""
    return isinstance(owner, YearlyReport) and may_fill(held, owner)


@reads("blocking")
def _complete(_question: Question, blocking: Iterable[Mapping[str, str]]) -> Iterable[Refusal]:
    """Refuse unless nothing is missing."""
    for line in blocking:
        yield Refusal(line["text"], field=line["field"], cite=line["cite"])


@reads("comparison")
def _explained(_question: Question, comparison: Mapping[str, Any]) -> Iterable[Refusal]:
    """Refuse while a figure differs from the portal's records without an explanation."""
    for gap in comparison["gaps"]:
        if not gap["said"]:
            yield Refusal(f"{gap['name']}报告为{gap['stated']}，平台为{gap['recorded']}，城区没有说明，请退回补充")


YEARLY_REPORT = Machine(
    name="yearly_report",
    title="运营与碳排放核查报告",
    model="assessments.YearlyReport",
    initial="draft",
    states=(
        State(YearlyReportState.DRAFT, "填报中"),
        State(YearlyReportState.SIGNING, "待签发", tone="info"),
        State(YearlyReportState.FILED, "待接收", "已报送", "info"),
        State(YearlyReportState.RECEIVED, "已接收", "已接收", "success", final=True),
        State(YearlyReportState.RETURNED, "退回补充", tone="warning"),
    ),
    transitions=(
        *filing(
            complete=_complete,
            handed_up="送本单位审核人签发，期间不能修改",
            signed="报市住房城乡建设管理委",
            recalled="接收前可以撤回",
            returned="returned",
            return_message="一次列明需要补充的全部内容",
        ),
        Transition(
            "receive",
            "接收",
            ("filed",),
            "received",
            (OFFICER,),
            (_explained,),
            message="接收后其数据用于年度报告和比较",
            tone="primary",
        ),
        Transition(
            "verified",
            "核查报告签发，随即报送",
            ("draft", "signing", "returned"),
            "filed",
            (),
            message="碳排放核查报告签发时自动报送",
            by_system=True,
        ),
    ),
)
