"""Tasks of the director: corrections of recorded titles that wait for the check."""

from approvals.titles.models.corrections import TitleCorrection
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.second_person import check_tasks
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task


@among(TitleCorrection.objects.waiting)
def correction_tasks(viewer: Viewer) -> list[Task]:
    """Desk tasks: corrections that the director has to check."""
    return check_tasks(viewer.user, TitleCorrection.objects.waiting().select_related("title__district").defer("title__district__boundary"))
