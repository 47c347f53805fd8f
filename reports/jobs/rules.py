"""Permissions to add files to a job, and to cancel one."""

from django.db.models import Model

from greendistrict.accounts.selectors import HeldPosts
from reports.jobs.enums import Scope
from reports.jobs.models import ExportJob


def nobody(held: HeldPosts, obj: Model) -> bool:
    """Never allowed: only the worker adds files to a report."""
    del held, obj
    return False


def may_cancel(held: HeldPosts, job: ExportJob) -> bool:
    """Whether the user may cancel the job: requesters, and the city for jobs not about a matter."""
    askers: set[int | None] = {asker.user_id for asker in job.askers.all()} or {job.requested_by_id}  # a batch's part has no askers
    asked = held.person in askers
    return asked or (held.is_city and job.scope != Scope.MATTER)
