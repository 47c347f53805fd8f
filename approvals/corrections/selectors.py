"""Corrections of recorded titles: who proposes them, and the director's tasks."""

from approvals.cases.rules import may_work_in_bulk
from approvals.titles.models.corrections import TitleCorrection
from approvals.titles.models.publicity import Title
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.second_person import check_tasks
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task


def may_correct(held: HeldPosts, title: Title) -> bool:
    """Whether the person proposes corrections of this title: who records titles, of one that was recorded."""
    return may_work_in_bulk(held) and title.is_correctable


@among(TitleCorrection.objects.waiting)
def correction_tasks(viewer: Viewer) -> list[Task]:
    """Desk tasks: corrections that the director has to check."""
    return check_tasks(viewer.user, TitleCorrection.objects.waiting().select_related("title__district").defer("title__district__boundary"))
