"""History of the report centre."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from greendistrict.accounts.viewer import Viewer
from reports.jobs.enums import Scope
from reports.jobs.models import Asker, BatchPart, ExportJob, ReportFile
from reports.jobs.selectors import jobs_visible_to


def history_of(viewer: Viewer) -> QuerySet[ExportJob]:
    """Visible jobs, newest first; parts of a batch not requested individually are only on the batch's page."""
    is_part = Exists(BatchPart.objects.filter(report=OuterRef("pk")))
    is_asked = Exists(Asker.objects.filter(job=OuterRef("pk")))
    return jobs_visible_to(viewer).filter(~is_part | is_asked)


def parts_of(batch: ExportJob) -> list[BatchPart]:
    """Parts of a batch with their files, ordered by district; empty for other jobs."""
    if batch.scope != Scope.BATCH:
        return []
    files = Prefetch("report__files", queryset=ReportFile.objects.select_related("document"))
    return list(batch.parts.select_related("report__district").prefetch_related(files))
