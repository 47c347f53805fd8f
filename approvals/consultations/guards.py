"""Guards of consulting departments."""

from collections.abc import Iterable, Sequence
from typing import Any

from approvals.cases.guards import typed
from approvals.cases.models.cases import Case
from approvals.consultations.models import UNANSWERED
from greendistrict.accounts.models import Organisation
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Question


def against_asking(case: Case, departments: Sequence[Organisation], question: str) -> Iterable[Refusal]:
    """Reasons not to consult: no department, no question, or a department whose answer is still awaited."""
    if not departments or not question.strip():
        yield Refusal("请选择部门并写明征询内容")
    if case.consultations.filter(UNANSWERED, department__in=departments).exists():
        yield Refusal("其中有部门已在征询，尚未答复")


@typed("departments", "question")
def departments_named(question: Question, departments: Any, asked: str | None) -> Iterable[Refusal]:
    """Departments and a question are given, and no department is being consulted already."""
    return against_asking(question.obj, departments or (), asked or "")
