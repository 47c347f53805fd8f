"""Approval chain from the settings (``approval_chain``): who checks before the director, and which decisions are the director's."""

from collections.abc import Iterable

from greendistrict.core.errors import Refusal
from greendistrict.policy import parameters
from greendistrict.workflow.machine import Question, reads

CHECK = "审核"


def needs_check() -> bool:
    """Whether the chain has 审核 between 经办 and 审定."""
    return CHECK in parameters.load().words("approval_chain.default")


@reads()
def checker_passes_on(_question: Question) -> Iterable[Refusal]:
    """The approval chain contains 审核."""
    if not needs_check():
        yield Refusal("办理层级中没有审核，由审定人直接审定（参数）")


@reads()
def checked_before(_question: Question) -> Iterable[Refusal]:
    """The approval chain has no 审核, so the director decides directly."""
    if needs_check():
        yield Refusal("须先经审核（参数：办理层级）", required="已审核", found="待审核", remedy="请审核人先办理")
