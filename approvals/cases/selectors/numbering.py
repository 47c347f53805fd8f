"""Decisions that still need a number from the office's document system."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse

from approvals.cases.document_numbers import NumberedPaper
from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from greendistrict.core.django_internals import Compiled
from greendistrict.workflow.todo import Task

DECIDED = frozenset({CaseState.DECIDED, CaseState.ANNOUNCED, CaseState.SERVED, CaseState.FAILED, CaseState.APPROVED, CaseState.DROPPED})
CLOSED_WITHOUT = (
    CaseState.FAILED,
    CaseState.APPROVED,
    CaseState.DROPPED,
)  # states with no further step that would ask for the number; a refusal at receipt has no number


DECISION_NUMBERS = NumberedPaper(
    Case, lambda number: Case.objects.filter(decision_number=number).select_related("district"), lambda case: f"{case}的决定"
)


def waits_for_number(case: Case) -> bool:
    """Whether the case is decided and its paper has no number yet."""
    return case.status in DECIDED and case.decided_on is not None and not case.decision_number


def unnumbered() -> QuerySet[Case]:
    """Closed cases whose decision has no number yet."""
    return Case.objects.filter(status__in=CLOSED_WITHOUT, decided_on__isnull=False, decision_number="")


UNNUMBERED = Compiled(
    lambda: (
        unnumbered()
        .select_related("district")
        .only("number", "decided_on", "district__name", "district__is_demo")
        .order_by("decided_on", "pk")
    )
)


def number_tasks() -> Iterator[Task]:
    """Desk tasks: numbers the officer must enter. Cases still to be served or announced are left out, as they have tasks of their own."""
    for case in UNNUMBERED.read():
        yield Task(
            title="决定文号待登记",
            subject=f"{case.district.name} {case.number or ''}".strip(),
            link=reverse("approvals:case_number", args=[case.pk]),
            kind="number",
            is_demo=case.district.is_demo,
        )
