"""The life of a version of the indicator system: handed to the reviewer, signed, approved by the leading body."""

from django.db import transaction

from districts.enums import SystemStatus
from districts.indicatorrows import missing
from districts.lifecycle import INDICATOR_SYSTEM
from districts.models import IndicatorSystem
from districts.services.indicator_notes import tell_next
from districts.services.locking import locked
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.services import perform

CHECKED = ("hand_up", "sign", "approve")


def take_step(*, system: IndicatorSystem, action: str, by: User, reason: str = "", version: int | None = None) -> TransitionRecord:
    """Take a step of the machine ``indicator_system``. Raises ``Refused``, ``NotAllowed``, ``Stale``."""
    with transaction.atomic():
        stored = locked(system, version)
        if action == "hand_up" and stored.status == SystemStatus.DRAFT:
            stored.handed_up_by = by
            stored.save(update_fields=["handed_up_by"])
        if action == "approve" and stored.status == SystemStatus.HANDED_UP:
            stored.approved_at = clock.now()
            stored.save(update_fields=["approved_at"])
        facts = {"missing": missing(stored, list(stored.rows.all()))} if action in CHECKED else None
        record = perform(machine=INDICATOR_SYSTEM, obj=stored, action=action, by=by, facts=facts, reason=reason)
        tell_next(stored, record)
        system.refresh_from_db(fields=["status", "handed_up_by", "approved_at"])
    return record
