"""Delete finished reports: those of which nobody has a paper, and one's own request where the paper stays."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.urls import reverse

from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import papers
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.notifications.services import drop_about
from reports.center.selectors import removable, with_ties
from reports.jobs.models import ExportJob
from reports.jobs.services import drop_files

NOT_YOURS = "报告由申请人删除"


@transaction.atomic
def drop(*, job: ExportJob, by: User) -> bool:
    """Delete a job with its files, or only the user's request where the paper stays. Returns whether the job is gone.

    Raises ``NotAllowed`` for anybody but who asked for it (the city, where nobody did), ``Refused`` if something stands on it.
    """
    _lock([job.pk])
    held = with_ties(ExportJob.objects.select_related("district"), Viewer(by)).get(pk=job.pk)
    NotAllowed.unless(held.is_theirs, NOT_YOURS)
    Refused.when(held.kept, f"{held.label}：{held.kept}")
    return _drop(held, by)


@transaction.atomic
def drop_among(*, keys: Collection[int], by: User) -> int:
    """Delete those of the jobs that the user may delete, each as ``drop`` does. Returns how many."""
    _lock(keys)
    found = list(removable(ExportJob.objects.select_related("district").filter(pk__in=keys), Viewer(by)))
    for job in found:
        _drop(job, by)
    return len(found)


def _lock(keys: Collection[int]) -> None:
    """Lock the rows, so that nobody joins a job that is being deleted."""
    list(ExportJob.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))


def _drop(job: Any, by: User) -> bool:
    """Delete a locked job that was read with its ties."""
    is_left = bool(job.is_left)
    audit.record(action="reports.drop", by=by, obj=job, data={"kind": job.kind, "label": job.label, "paper_stays": is_left})
    drop_about(by=by, link=reverse("reports:job", args=[job.pk]))
    if is_left:
        job.askers.filter(user=by).delete()
        return False
    drop_files(job)
    papers.take_back(job)
    job.delete()
    return True
