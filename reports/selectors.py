"""Jobs and kinds somebody may use."""

from django.db.models import Count, Q, QuerySet

from assessments.self_checks.enums import SelfCheckState
from assessments.self_checks.models import SelfCheck
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from reports.enums import ReportKind
from reports.models.jobs import ExportJob


def jobs_visible_to(user: User) -> QuerySet[ExportJob]:
    """City: every job. Others: their own, and those of districts they have to do with."""
    held = seats(user)
    if held.is_keeper or held.has("expert") or not held.roles:
        return ExportJob.objects.none()
    rows = ExportJob.objects.select_related("district", "requested_by").prefetch_related("files__document")
    if held.is_city:
        return rows
    return rows.filter(Q(requested_by=user) | Q(kind=ReportKind.ANNUAL_DISTRICT, district__in=files_visible_to(user)))


def may_request(user: User, kind: str) -> bool:
    """What spans districts is made by the city; a district's report by everybody who sees its self-check."""
    held = seats(user)
    if kind != ReportKind.ANNUAL_DISTRICT:
        return held.is_city
    return held.is_city or held.has("authority", "preparer", "reviewer")


def received_checks_visible_to(user: User) -> QuerySet[SelfCheck]:
    """Received self-checks this person may have a report of: whoever may read the district's inner file."""
    return SelfCheck.objects.filter(status=SelfCheckState.RECEIVED, district__in=files_visible_to(user)).select_related("district")


def received_years(user: User) -> list[tuple[int, int]]:
    """(year, received self-checks) in sight of this person, newest first."""
    rows = received_checks_visible_to(user).order_by()
    return list(rows.values_list("year").annotate(count=Count("pk")).order_by("-year"))
