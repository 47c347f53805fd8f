"""Guards of the steps of a final acceptance; the facts come from ``approvals.acceptances.facts``."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from approvals.cases.guards import PASSED, own_page, table_gaps, typed
from assessments.common.enums import Conclusion
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Question, reads

CLAUSE = "八（三）"


@reads("table")
def operation_table_ready(question: Question, table: dict[str, Any]) -> Iterable[Refusal]:
    """The operation-stage score table can be submitted or is submitted already."""
    if not table["exists"]:
        yield Refusal("尚无评分表（实施运管）", href=own_page("case", question.obj))
    yield from table_gaps(question.obj, table)


@reads("visit")
def no_visit_yet(_question: Question, visit: dict[str, Any]) -> Iterable[Refusal]:
    """The site visit is not completed yet."""
    if visit["done"]:
        yield Refusal("现场核查已经完成，可以提请终期验收评审")


@reads("visit")
def visit_done(question: Question, visit: dict[str, Any]) -> Iterable[Refusal]:
    """The site visit is closed with a finding for each project, facility and control item."""
    if visit["done"]:
        return
    found = f"还有{visit['open']}项没有核查结论" if visit["exists"] else "没有组织现场核查"
    wanted = "相关领域专家赴现场核查"
    yield Refusal("现场核查未完成", rule="ACCEPT-SITE", cite=CLAUSE, required=wanted, found=found, remedy="完成现场核查记录",
                  href=own_page("case_visit" if visit["exists"] else "case", question.obj))  # fmt: skip


@reads("conclusion")
def panel_accepts(_question: Question, conclusion: str) -> Iterable[Refusal]:
    """The panel's conclusion is one of the two that pass."""
    if conclusion not in PASSED:
        shown = Conclusion(conclusion).label if conclusion else "没有结论"
        yield Refusal("终期验收审查未通过", rule="TITLE-DEMONSTRATION", cite=CLAUSE, required="通过", found=shown)


@reads("conclusion")
def panel_refuses(_question: Question, conclusion: str) -> Iterable[Refusal]:
    """The panel's conclusion is not a pass."""
    if conclusion in PASSED:
        yield Refusal("评审结论为通过，不能审定不通过", found=str(Conclusion(conclusion).label), remedy="有不同意见的，退回经办重新办理")


@typed("planned_on")
def visit_ahead(question: Question, planned_on: dt.date | None) -> Iterable[Refusal]:
    """The visit is planned for today or later."""
    if planned_on is not None and planned_on < question.today:
        yield Refusal("核查日期不能早于今天", field="planned_on")
