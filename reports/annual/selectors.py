"""Received self-checks for which a user may get a report."""

from django.db.models import Count, QuerySet

from assessments.self_checks.models import SelfCheck, SelfCheckState
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.viewer import Viewer


def received_checks_visible_to(viewer: Viewer) -> QuerySet[SelfCheck]:
    """Received self-checks for which the user may get a report: those who may read the district's inner file."""
    return SelfCheck.objects.filter(status=SelfCheckState.RECEIVED, district__in=files_visible_to(viewer)).select_related("district")


def received_years(viewer: Viewer) -> list[tuple[int, int]]:
    """(year, number of received self-checks visible to the user), newest first."""
    rows = received_checks_visible_to(viewer).order_by()
    return list(rows.values_list("year").annotate(count=Count("pk")).order_by("-year"))
