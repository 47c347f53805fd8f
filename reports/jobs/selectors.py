"""Jobs in sight of somebody and kinds of report they may ask for."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from reports.jobs.enums import Scope
from reports.jobs.kinds import Report, report_kinds
from reports.jobs.models import Asker, ExportJob


def jobs_visible_to(user: User) -> QuerySet[ExportJob]:
    """City: every job but those about a matter. Others: what they asked for, and reports of districts they have to do with.

    A report about a matter is seen by who asked for it: whoever else sees the matter asks as well, and is handed the same.
    """
    held = posts_of(user)
    if held.is_keeper or held.has("expert") or not held.roles:
        return ExportJob.objects.none()
    rows = ExportJob.objects.select_related("district", "requested_by").prefetch_related("files__document")
    asked = Q(Exists(Asker.objects.filter(job=OuterRef("pk"), user=user))) | Q(requested_by=user)
    if held.is_city:
        return rows.filter(asked | ~Q(scope=Scope.MATTER))
    return rows.filter(asked | Q(scope=Scope.DISTRICT, district__in=files_visible_to(user)))


def may_request(user: User, kind: str) -> bool:
    """Whether reports of this kind are this person's to ask for."""
    return report_kinds.by_key[kind].may(posts_of(user))


def kinds_offered_to(user: User) -> dict[str, Report]:
    """Kinds that the report centre offers this person, by key."""
    held = posts_of(user)
    return {key: report for key, report in report_kinds.by_key.items() if report.offered and report.may(held)}
