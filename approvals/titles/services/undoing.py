"""Undo the grant or end of a title after its announcement was withdrawn or its decision set aside by a higher body."""

import datetime as dt

from django.db import transaction

from approvals.common.enums import TitleEnd, TitleKind
from approvals.titles.models.amendments import Restoration
from approvals.titles.models.publicity import Title
from approvals.titles.selectors import against_recall, against_restoring, superseded_by
from approvals.titles.services.titles import copies_of
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refused
from greendistrict.workflow.procedure import take

RESTORE = {TitleKind.PILOT: "restore_pilot", TitleKind.DEMONSTRATION: "restore_demonstration"}


@transaction.atomic
def recall(*, title: Title, on: dt.date, by: User, reason: str) -> None:
    """End a title whose announcement was withdrawn; the pilot title it replaced is valid again. Raises ``Refused`` for an ended title."""
    district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=title.district_id)
    held = Title.objects.select_for_update(of=("self",), no_key=True).select_related("district").get(pk=title.pk)
    if found := against_recall(held):
        raise Refused(found)
    earlier = superseded_by(held)
    held.end, held.ended_on, held.end_reason = TitleEnd.RECALLED, on, fitted(held, "end_reason", reason)
    held.save(update_fields=["end", "ended_on", "end_reason"])
    audit.record(action="title.end", by=by, obj=held, data={"how": str(TitleEnd.RECALLED), "reason": reason})
    if earlier is None:
        take(obj=district, action="recall_title", by=None, version=None, values={"source": reason}, reason=reason)
        return
    _stand_again(earlier, on=on, by=by, reason=reason)
    take(obj=district, action="recall_to_pilot", by=None, version=None, values=_as_held(earlier), reason=reason)


@transaction.atomic
def restore(*, title: Title, on: dt.date, by: User, reason: str) -> None:
    """Restore an ended title, because the act that ended it was set aside. Raises ``Refused`` with the reason against it."""
    district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=title.district_id)
    held = Title.objects.select_for_update(of=("self",), no_key=True).get(pk=title.pk)
    held.district = district
    if found := against_restoring(held):
        raise Refused(found)
    _stand_again(held, on=on, by=by, reason=reason)
    take(obj=district, action=RESTORE[TitleKind(held.kind)], by=None, version=None, values=_as_held(held), reason=reason)


@transaction.atomic
def mark_stay(*, title: Title, since: dt.date | None, by: User, reason: str) -> None:
    """Record since when the decision that ended a title is stayed; None: the stay has ended."""
    held = Title.objects.select_for_update(of=("self",), no_key=True).get(pk=title.pk)
    held.stayed_since = since
    held.save(update_fields=["stayed_since"])
    audit.record(action="title.stay" if since else "title.carry_out", by=by, obj=held, data={"reason": reason})


def _stand_again(title: Title, *, on: dt.date, by: User, reason: str) -> None:
    Restoration.objects.create(
        title=title,
        was_end=title.end,
        was_ended_on=title.ended_on,
        was_reason=title.end_reason,
        end_case=title.end_case,
        end_announcement=title.end_announcement,
        restored_on=on,
        reason=fitted(Restoration, "reason", reason),
        at=clock.now(),
    )
    title.end, title.ended_on, title.end_reason, title.end_case, title.end_announcement = "", None, "", None, None
    title.stayed_since = None
    title.save(update_fields=["stayed_since", "end", "ended_on", "end_reason", "end_case", "end_announcement"])
    audit.record(action="title.restore", by=by, obj=title, data={"reason": reason})


def _as_held(title: Title) -> dict[str, object]:
    earlier = superseded_by(title)
    batch = str(title.announcement) if title.announcement else title.reported_time
    return copies_of(title, earlier.granted_on if earlier else None, batch=batch, date_certainty=title.date_certainty)
