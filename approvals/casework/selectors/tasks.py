"""Desk tasks of cases and related objects: pre-review questions, settings, opinions. One query per kind."""

from collections.abc import Iterable

from django.db.models import Count, Min
from django.urls import reverse

from approvals.amendments.selectors import amendment_tasks
from approvals.cases.enums import CaseState
from approvals.cases.models.correspondence import PreReviewQuestion
from approvals.casework.selectors.city_tasks import city_tasks
from approvals.casework.selectors.queue import queue_of
from approvals.consultations.models import AWAITED, Consultation
from approvals.letter_texts.selectors import letter_text_tasks
from approvals.losses.selectors import recorded_tasks
from approvals.opinions.selectors import opinion_tasks
from approvals.remedies.selectors import remedy_tasks
from approvals.settings.selectors.settings import setting_tasks
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.todo import Task


def tasks_for(viewer: Viewer) -> list[Task]:
    """All desk tasks of the person: cases on which the person has to act, open questions and requests."""
    return [*queue_of(viewer).first(), *tasks_beside(viewer)]


def tasks_beside(viewer: Viewer) -> list[Task]:
    """Desk tasks other than the cases of ``queue_of``."""
    return [
        *city_tasks(viewer),
        *question_tasks(viewer),
        *setting_tasks(viewer),
        *letter_text_tasks(viewer),
        *amendment_tasks(viewer),
        *remedy_tasks(viewer),
        *consultation_tasks(viewer),
        *opinion_tasks(viewer),
        *recorded_tasks(viewer),
    ]


def question_tasks(viewer: Viewer) -> Iterable[Task]:
    """Open pre-review questions of the person's own applications, one task per case."""
    own = viewer.held.organisations_as(Role.PREPARER, Role.REVIEWER)
    if not own:
        return
    waiting = PreReviewQuestion.objects.filter(answered_at__isnull=True, case__status=CaseState.ACCEPTED, case__applicant_id__in=own)
    rows = waiting.values("case", "case__number", "case__district__name", "case__district__is_demo")
    for row in rows.annotate(count=Count("pk"), since=Min("asked_at")).order_by("since"):
        yield Task(
            title=f"预评审问题待答复{row['count']}个",
            subject=f"{row['case__district__name']} {row['case__number']}",
            link=reverse("approvals:case_questions", args=[row["case"]]),
            since=row["since"],
            kind="case",
            is_demo=row["case__district__is_demo"],
        )


def consultation_tasks(viewer: Viewer) -> Iterable[Task]:
    """Opinions that the person's department has to give."""
    own = viewer.held.organisations_as(Role.PARTNER)
    if not own:
        return
    rows = Consultation.objects.filter(AWAITED, department__in=own).select_related("case__district")
    for row in rows.order_by("due", "pk"):
        yield Task(
            title="部门意见待答复",
            subject=f"{row.case.district.name} {row.case.number}",
            link=reverse("approvals:consultation", args=[row.pk]),
            since=row.asked_at,
            due=row.due,
            kind="consultation",
            is_demo=row.case.is_demo,
        )
