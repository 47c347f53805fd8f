"""Requests for missing records: who sees them, and the latest of each district."""

from collections.abc import Collection

from django.db.models import QuerySet

from approvals.record_requests.models import RecordRequest
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.rules import reads_check


def record_requests_visible_to(viewer: Viewer) -> QuerySet[RecordRequest]:
    """Requests to districts whose file the person may open, for those who read 补录进度."""
    if not reads_check(viewer.held):
        return RecordRequest.objects.none()
    return RecordRequest.objects.filter(district__in=files_visible_to(viewer).values("pk"))


def latest_requests(districts: Collection[int]) -> dict[int, RecordRequest]:
    """The latest request of each of these districts that was not withdrawn, with its lines; any before it has ended."""
    found = RecordRequest.objects.filter(district__in=districts, withdrawn_at__isnull=True)
    return {one.district_id: one for one in found.order_by("district_id", "-pk").distinct("district_id").prefetch_related("lines")}
