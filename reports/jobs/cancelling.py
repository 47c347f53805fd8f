"""Cancel a report or batch that is not finished."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core.errors import NotAllowed, Refused
from reports.jobs.enums import OPEN_STATES, JobState, Scope
from reports.jobs.models import Asker, BatchPart, ExportJob
from reports.jobs.selectors import may_cancel
from reports.jobs.services import finish

TOO_LATE = "已经结束，不用取消"


@transaction.atomic
def cancel(job: ExportJob, by: User) -> None:
    """Cancel a job; its worker stops at the next step and stores nothing. If others requested it too, only the user's request is removed.

    Parts of a batch are cancelled unless others wait for them; finished parts stay as separate reports. Raises ``NotAllowed`` for anybody
    but requesters and the city, ``Refused`` if it has ended.
    """
    NotAllowed.unless(may_cancel(posts_of(by), job), "报告由申请人或市级取消")
    parts = _locked_parts(job)
    held = ExportJob.objects.select_for_update(of=("self",), no_key=True).select_related("district").get(pk=job.pk)
    Refused.unless(held.state in OPEN_STATES, f"{held.label}{TOO_LATE}")
    mine = held.askers.filter(user=by)
    is_left = mine.exists() and held.askers.exclude(user=by).exists()
    audit.record(action="reports.cancel", by=by, obj=held, data={"kind": held.kind, "left_to_others": is_left})
    if is_left:
        mine.delete()
        return
    finish(held, JobState.CANCELLED, by=by)
    for part in parts:
        finish(part, JobState.CANCELLED, by=by)


def _locked_parts(batch: ExportJob) -> Sequence[ExportJob]:
    """Open parts of a batch for which nobody else waits, in the locking order common to all batches."""
    if batch.scope != Scope.BATCH:
        return []
    elsewhere = BatchPart.objects.filter(report=OuterRef("pk"), batch__state=JobState.COLLECTING).exclude(batch=batch)
    alone = ~Exists(elsewhere) & ~Exists(Asker.objects.filter(job=OuterRef("pk")))
    open_parts = ExportJob.objects.filter(alone, batches__batch=batch, state__in=OPEN_STATES)
    return list(open_parts.select_for_update(of=("self",), no_key=True).order_by("district__name_pinyin", "district_id"))
