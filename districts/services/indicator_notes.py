"""Messages of the indicator system: whose turn it is after a step, and who learns what became of it."""

from collections.abc import Iterable

from django.urls import reverse

from districts.enums import SystemStatus
from districts.models import IndicatorSystem
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holders
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.workflow.models import TransitionRecord

TODO = {SystemStatus.SIGNING: "待签发", SystemStatus.HANDED_UP: "待批准", SystemStatus.DRAFT: "退回填报"}
NEXT = {SystemStatus.SIGNING: (Role.REVIEWER,), SystemStatus.DRAFT: (Role.PREPARER,), SystemStatus.APPROVED: (Role.PREPARER, Role.REVIEWER)}


def tell_next(system: IndicatorSystem, record: TransitionRecord) -> None:
    """Tell those whose turn it is now; after the approval the applicant's people. Nobody is told of an own step."""
    status = SystemStatus(system.status)
    approved = status == SystemStatus.APPROVED
    notify(
        kind=Message.INDICATOR_MOVED if approved else Message.INDICATOR_TODO,
        key=f"indicator:{system.pk}:{record.pk}",
        receivers=[user for user in receivers_of(system) if user.pk != record.actor_id],
        title=f"{system}{'已批准' if approved else TODO[status]}",
        body=record.reason,
        link=f"{reverse('districts:indicator_system', kwargs={'code': system.district.code})}?v={system.number}",
        demo=system.district.is_demo,
    )


def receivers_of(system: IndicatorSystem) -> Iterable[User]:
    """People whose turn it is in the state reached."""
    if system.status == SystemStatus.HANDED_UP:
        return approvers(system)
    return holders(*NEXT[SystemStatus(system.status)], organisation_ids={system.district.applicant_id or 0})


def approvers(system: IndicatorSystem) -> Iterable[User]:
    """People who may approve, as ``rules.approves_system`` says one by one."""
    others = set(system.district.authorities.exclude(pk=system.district.applicant_id or 0).values_list("pk", flat=True))
    if not others:
        return holders(Role.CITY_OFFICER)
    below = set(Organisation.objects.filter(parent__in=others).values_list("pk", flat=True))
    return holders(Role.AUTHORITY, organisation_ids=others | below)
