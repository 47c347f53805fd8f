"""Decide about filings that wait apart: let them through as of the moment they came, or close them with a reason."""

from collections.abc import Callable, Iterable, Mapping

from django.db import transaction
from django.db.models import Model

from greendistrict.accounts.acting import principal_in
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from outreach.common.models import REASON, FilingKind, HeldFiling
from outreach.disclosures import services as disclosures
from outreach.exchange.services import sign_ups
from outreach.opinions import services as opinions
from outreach.quarantine.selectors import may_decide_held

OFFICER = "待核对来件由市级经办处理"
MOST_AT_ONCE = 500  # let through in one request; closing is one statement
LET_THROUGH: Mapping[str, Callable[[HeldFiling], Model]] = {
    FilingKind.OPINION: opinions.let_through,
    FilingKind.DISCLOSURE: disclosures.let_through,
    FilingKind.SIGN_UP: sign_ups.let_through,
}


@transaction.atomic
def release(*, held: HeldFiling, by: User | None) -> Model:
    """Make a filing the matter it is, as of the moment it came. ``by`` is None when the sender answered the question.

    Raises ``NotAllowed``, ``Refused`` if somebody decided in the meantime, and what the kind refuses.
    """
    NotAllowed.when(by is not None and not may_decide_held(posts_of(by)), OFFICER)
    stored = HeldFiling.objects.select_for_update(of=("self",), no_key=True).filter(pk=held.pk).first()
    if stored is None or stored.closed_at is not None:
        msg = "这件来件已经处理"
        raise Refused(msg)
    made = LET_THROUGH[stored.kind](stored)
    stored.delete()
    if by is not None:
        data = {"number": stored.number, "filed_at": stored.filed_at.isoformat()}
        audit.record(action="outreach.release_filing", by=by, obj=made, data=data)
    return made


def release_all(*, rows: Iterable[HeldFiling], by: User) -> tuple[list[str], list[tuple[str, str]]]:
    """Let several through, each on its own: one that is refused stays. Raises ``NotAllowed``.

    Returns the numbers let through, and why others were not: (number, reason).
    """
    NotAllowed.unless(may_decide_held(posts_of(by)), OFFICER)
    done, refused = [], []
    for held in rows:
        try:
            release(held=held, by=by)
        except Refused as reason:
            refused.append((held.number, str(reason)))
        else:
            done.append(held.number)
    return done, refused


@transaction.atomic
def close(*, keys: Iterable[int], by: User, reason: str) -> int:
    """Close what still waits among these, with a reason that the receipts show; returns how many. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_decide_held(posts_of(by)), OFFICER)
    if not reason.strip():
        raise Refused([Refusal("请填写理由", field="reason")])
    rows = HeldFiling.objects.filter(pk__in=list(keys), closed_at__isnull=True)
    numbers = sorted(rows.values_list("number", flat=True))
    closing = {"closed_at": clock.now(), "closed_by": by, "close_reason": reason.strip()[:REASON]}
    rows.update(**closing, closed_by_principal=principal_in(by, (Role.CITY_OFFICER,)))
    if numbers:
        data = {"numbers": f"{numbers[0]}—{numbers[-1]}", "count": len(numbers), "reason": closing["close_reason"]}
        audit.record(action="outreach.close_filings", by=by, label=f"待核对来件{len(numbers)}件", data=data)
    return len(numbers)
