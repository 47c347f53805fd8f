"""History of the report centre."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from greendistrict.accounts.models import User
from reports.jobs.enums import Scope
from reports.jobs.models import Asker, BatchPart, ExportJob, ReportFile
from reports.jobs.selectors import jobs_visible_to


def history_of(user: User) -> QuerySet[ExportJob]:
    """Jobs in sight, the newest first; parts of a batch that nobody asked for by themselves stand on the page of the batch."""
    is_part = Exists(BatchPart.objects.filter(report=OuterRef("pk")))
    is_asked = Exists(Asker.objects.filter(job=OuterRef("pk")))
    return jobs_visible_to(user).filter(~is_part | is_asked)


def parts_of(batch: ExportJob) -> list[BatchPart]:
    """Parts of a batch with their files, in the order of the districts; none of another job."""
    if batch.scope != Scope.BATCH:
        return []
    files = Prefetch("report__files", queryset=ReportFile.objects.select_related("document"))
    return list(batch.parts.select_related("report__district").prefetch_related(files))
