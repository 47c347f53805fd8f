"""Result of a computation for its page."""

from typing import Any

from django.core.paginator import Paginator

from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob
from reports.sensitivity.figures import tally
from reports.sensitivity.models import Sensitivity

PER_PAGE = 100


def result_context(job: ExportJob, page: str) -> dict[str, Any]:
    """Template context of a computation's page: the request and, when finished, the rows; empty for a job without a request."""
    sensitivity = Sensitivity.objects.filter(job=job).select_related("edition").first()
    if sensitivity is None:
        return {}
    context: dict[str, Any] = {"asked": sensitivity, "edition": sensitivity.edition}
    if job.state != JobState.DONE:
        return context
    rows = sorted(sensitivity.rows, key=lambda row: ("gain", "lose", "refused", "none", "same").index(row["kind"]))
    return context | {"tally": tally(sensitivity.rows), "page": Paginator(rows, PER_PAGE).get_page(page)}
