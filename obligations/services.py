"""Decide waivers and extensions."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction

from greendistrict.accounts.acting import PRINCIPAL, principal_in
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.locks import one_at_a_time
from greendistrict.policy.duty_table import is_waivable
from greendistrict.policy.rules import deciding_role, deciding_roles
from obligations.batch import ELSEWHERE, NO_WAIVER, BatchWish, planned
from obligations.duties import is_decided_elsewhere
from obligations.models import Exemption
from obligations.selectors import due
from obligations.stored_days import is_stored, keys_moved_with, move_stored_day


@transaction.atomic
def decide(*, obligation: str, by: User, reason: str, extended_to: dt.date | None = None) -> Exemption:
    """Waive (no day) or extend one obligation; the settings say which of them the director decides.

    A rest day is moved to the next working day, as for every due date.
    """
    seat = deciding_role(posts_of(by), action := "extend" if extended_to else "waive")
    NotAllowed.unless(seat, f"{'延期' if extended_to else '免报'}由{'或者'.join(role.label for role in deciding_roles(action))}办理")
    Refused.unless(reason.strip(), "请填写理由")
    Refused.when(is_decided_elsewhere(obligation), ELSEWHERE)
    Refused.unless(extended_to or is_waivable(obligation.partition(":")[0]), NO_WAIVER)
    Refused.when(extended_to is not None and extended_to <= clock.today(), "延期后的日期须在今天之后")
    if extended_to is not None:
        extended_to = workdays.current().roll_forward(extended_to)
    told: dict[str, Any] = {"extended_to": extended_to, "reason": reason.strip(), "decided_at": clock.now(), "decided_as": seat}
    if extended_to is not None and is_stored(obligation):
        told["was"] = move_stored_day(obligation, extended_to)
        Refused.when(extended_to <= told["was"], "延期后的日期须晚于原期限")
        others = [key for key in keys_moved_with(obligation) if key != obligation]
        Exemption.objects.bulk_create(_signed(Exemption(obligation=key, **told), by) for key in others)
    exemption = _signed(Exemption(obligation=obligation, **told), by)
    exemption.save()
    audit.record(action="obligations.decide", by=by, obj=exemption, data={"obligation": obligation, "extended_to": str(extended_to or "")})
    return exemption


def _signed(exemption: Exemption, by: User) -> Exemption:
    """The decision with who decided it, for whom in the seat in which it was decided."""
    exemption.decided_by = by
    setattr(exemption, f"decided_by_{PRINCIPAL}", principal_in(by, (exemption.decided_as,)))
    return exemption


@transaction.atomic
def decide_many(*, keys: Collection[str], wish: BatchWish, shown: Collection[str], by: User, reason: str) -> int:
    """Waive or extend several obligations for one reason, exactly as the person was ``shown``; all or none. Returns how many.

    Raises ``Stale`` where a day has moved, or somebody decided, since.
    """
    one_at_a_time("obligations.decide_many")
    today = clock.today()
    items = planned((row for row in due(Viewer(None)) if row.key in keys), wish, today, workdays.current())
    if {item.shown for item in items} != set(shown):
        msg = "所选事项的期限或状态已有变化，请按现在的情况重新核对"
        raise Stale(msg)
    done = [item for item in items if not item.out]
    Refused.unless(done, "所选事项都不能办理")
    moved: set[str] = set()
    for item in done:
        if item.obligation.key not in moved:
            decide(obligation=item.obligation.key, by=by, reason=reason, extended_to=item.new_due)
            moved.update(keys_moved_with(item.obligation.key) if item.new_due else ())
    return len(done)
