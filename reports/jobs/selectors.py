"""Jobs in sight of somebody and kinds of report they may ask for."""

from django.db.models import Q, QuerySet

from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from reports.jobs.enums import ReportKind
from reports.jobs.kinds import report_kinds
from reports.jobs.models import ExportJob


def jobs_visible_to(user: User) -> QuerySet[ExportJob]:
    """City: every job. Others: their own, and those of districts they have to do with."""
    held = posts_of(user)
    if held.is_keeper or held.has("expert") or not held.roles:
        return ExportJob.objects.none()
    rows = ExportJob.objects.select_related("district", "requested_by").prefetch_related("files__document")
    if held.is_city:
        return rows
    return rows.filter(Q(requested_by=user) | Q(kind=ReportKind.ANNUAL_DISTRICT, district__in=files_visible_to(user)))


def may_request(user: User, kind: str) -> bool:
    """Whether reports of this kind are this person's to ask for."""
    return report_kinds.by_key[kind].may(posts_of(user))
