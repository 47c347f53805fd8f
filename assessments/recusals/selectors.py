"""Read requests for recusal: visibility, whether the list is frozen, tasks of the secretariat."""

import datetime as dt

from django.db.models import QuerySet
from django.urls import reverse

from assessments.common.enums import RecusalState
from assessments.experts.registry import the_panels
from assessments.recusals.lifecycle import answers_recusal, reads_recusals
from assessments.recusals.models import RecusalRequest
from assessments.tables.models import ScoreTable
from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task


def tables_of_recusals(viewer: Viewer) -> QuerySet[ScoreTable]:
    """Tables whose recusals the user may read by district; ``reads_recusals`` narrows this to the applicant and the city's side."""
    tables = ScoreTable.objects.filter(district__in=districts_visible_to(viewer)).exclude(purpose="self_check")
    return tables.select_related("district__applicant", "edition")


def recusals_visible_to(viewer: Viewer, table: ScoreTable) -> QuerySet[RecusalRequest]:
    """Requests of a table for those who request, answer or oversee; experts and other bodies see none."""
    rows = RecusalRequest.objects.filter(table=table).select_related("by")
    return rows if reads_recusals(viewer.held, table) else rows.none()


def is_frozen(table: ScoreTable) -> bool:
    """Whether the list of experts for the table is frozen, after which no recusal can be requested."""
    return the_panels().is_frozen(table)


def is_list_frozen(request: RecusalRequest, _today: dt.date) -> bool:
    """Whether the list is frozen for the table of a request."""
    return is_frozen(request.table)


def _asked() -> QuerySet[RecusalRequest]:
    return RecusalRequest.objects.filter(status=RecusalState.ASKED)


@among(_asked)
def tasks_for(viewer: Viewer) -> list[Task]:
    """Requests that the secretariat must answer."""
    if not answers_recusal(viewer.held):
        return []
    rows = _asked().select_related("table__district").order_by("pk")
    return [
        Task(
            "答复回避申请",
            f"{row.table.district} {row.table.get_purpose_display()}",
            reverse("assessments:recusals", args=[row.table_id]),
            row.at,
            kind="专家评审",
            is_demo=row.table.district.is_demo,
        )
        for row in rows
    ]
