"""Permissions to add files to a job, and to cancel one."""

from django.db.models import Model

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from reports.jobs.enums import Scope
from reports.jobs.models import ExportJob


def nobody(user: User, obj: Model) -> bool:
    """Never allowed: only the worker adds files to a report."""
    del user, obj
    return False


def may_cancel(user: User, job: ExportJob) -> bool:
    """Whether the user may cancel the job: requesters, and the city for jobs not about a matter."""
    askers: set[int | None] = {asker.user_id for asker in job.askers.all()} or {job.requested_by_id}  # a batch's part has no askers
    asked = user.pk in askers
    return asked or (posts_of(user).is_city and job.scope != Scope.MATTER)
