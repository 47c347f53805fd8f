"""Approval chain from the settings (``approval_chain``): who checks before the director, and which decisions are the director's."""

from collections.abc import Iterable

from greendistrict.core.errors import Refusal
from greendistrict.policy import parameters
from greendistrict.workflow.machine import Question

CHECK = "审核"


def needs_check() -> bool:
    """Whether the chain has 审核 between 经办 and 审定."""
    return CHECK in parameters.load().words("approval_chain.default")


def checker_passes_on(question: Question) -> Iterable[Refusal]:
    """The approval chain contains 审核."""
    if question.facts is not None and not needs_check():
        yield Refusal("办理层级中没有审核，由审定人直接审定（参数）")


def checked_before(question: Question) -> Iterable[Refusal]:
    """The approval chain has no 审核, so the director decides directly."""
    if question.facts is not None and needs_check():
        yield Refusal("须先经审核（参数：办理层级）", required="已审核", found="待审核", remedy="请审核人先办理")
