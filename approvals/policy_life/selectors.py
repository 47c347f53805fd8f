"""Who reads documents about the policy, and who has to check one."""

from django.db.models import QuerySet

from approvals.policy_life.models import PolicyDocument
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.second_person import check_tasks
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task


def policy_documents_visible_to(viewer: Viewer) -> QuerySet[PolicyDocument]:
    """Those that hold, for everybody with an account; the city reads the others as well."""
    rows = PolicyDocument.objects.all()
    if not viewer.is_somebody:
        return rows.none()
    return rows if viewer.held.is_city else rows.filter(checked_at__isnull=False)


@among(PolicyDocument.objects.waiting)
def tasks_for(viewer: Viewer) -> list[Task]:
    """Documents that the person may check."""
    return check_tasks(viewer.user, PolicyDocument.objects.waiting())
