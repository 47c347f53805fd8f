"""What every step of a case shares: lock and version, perform, messages to those whose turn it is."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from approvals.lifecycle import APPLICATION
from approvals.models import Case
from approvals.turns import TURN, is_between_offices
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders
from greendistrict.core.errors import Stale
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.services import perform

CITY_SEATS = {
    "officer": Role.CITY_OFFICER,
    "checker": Role.CITY_CHECKER,
    "director": Role.CITY_DIRECTOR,
    "secretary": Role.SECRETARIAT,
}
KINDS = {"correcting": Message.CORRECTION, "notice": Message.NOTICE_OPENED, "announced": Message.ANNOUNCED}


def locked(case: Case, version: int | None) -> Case:
    """Read the case under lock. Raises ``Stale`` with what is stored now when somebody was faster; needs a transaction."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("district__edition", "applicant", "table__edition", "review")
    current = rows.get(pk=case.pk)
    if version is not None and version != current.version:
        msg = "期间已有人办理或修改了这个办件，请核对最新情况后再办"
        raise Stale(msg, current=current)
    return current


def touch(case: Case, *fields: str) -> None:
    """Save the named fields and raise the version, so that forms opened before are stale."""
    case.version += 1
    case.save(update_fields=[*fields, "version"])


def move(
    case: Case,
    action: str,
    by: User | None,
    *,
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
    payload: Mapping[str, Any] | None = None,
) -> TransitionRecord:
    """Take one step and tell those concerned; what guards read of the case must have been saved before. Raises as ``perform``."""
    touch(case)
    record = perform(machine=APPLICATION, obj=case, action=action, by=by, facts=facts, reason=reason, payload=payload)
    if record.source != record.target:
        tell(case, record)
    return record


def people(case: Case, party: str) -> QuerySet[User]:
    """Who stands behind a party's name of this case today."""
    if party == "preparer":
        return holders(Role.PREPARER, organisation_ids={case.applicant_id})
    if party == "signer":
        return holders(Role.REVIEWER, organisation_ids={case.applicant_id})
    if party == "authority":
        own = set(case.district.authorities.values_list("pk", flat=True))
        own |= set(case.district.authorities.exclude(bodies=None).values_list("bodies", flat=True))
        return holders(Role.AUTHORITY, organisation_ids=own)
    return holders(CITY_SEATS[party])


def tell(case: Case, record: TransitionRecord) -> None:
    """One message per person concerned, except to the one who acted; sent after commit, once per step."""
    waiting, informed = TURN[record.target]
    if is_between_offices(record.source, record.target):
        informed = ()
    acted = record.actor_id
    told: set[int] = set()
    for parties, is_turn in ((waiting, True), (informed, False)):
        for party in parties:
            receivers = [user for user in people(case, party) if user.pk != acted and user.pk not in told]
            told |= {user.pk for user in receivers}
            _send(case, record, receivers, is_turn=is_turn)


def _send(case: Case, record: TransitionRecord, receivers: list[User], *, is_turn: bool) -> None:
    state = APPLICATION.state(record.target)
    kind = KINDS.get(record.target) or (Message.CASE_TODO if is_turn else Message.CASE_MOVED)
    label = f"{case.number} {case}".replace("None ", "")
    title = f"{label}：{state.label}" if is_turn else f"{label}：{state.public or state.label}"
    body = f"理由：{record.reason}" if record.reason else ("请登录办理" if is_turn else "")
    notify(
        kind=kind,
        key=f"case:{case.pk}:{record.pk}",
        receivers=receivers,
        title=title[:200],
        body=body,
        link=reverse("approvals:case", args=[case.pk]),
        demo=case.is_demo,
    )
