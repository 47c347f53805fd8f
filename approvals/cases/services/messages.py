"""People behind the parties of a case, and the one function that sends them a message about it."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse

from approvals.cases.models.cases import Case
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify

CITY_SEATS = {
    "city_officer": Role.CITY_OFFICER,
    "city_checker": Role.CITY_CHECKER,
    "city_legal": Role.CITY_LEGAL,
    "city_director": Role.CITY_DIRECTOR,
    "secretariat": Role.SECRETARIAT,
}


def people(case: Case, *parties: str) -> list[User]:
    """People behind the party keys of a case today, in their order."""
    return [user for party in parties for user in _party(case, party)]


def _party(case: Case, party: str) -> QuerySet[User]:
    if party == "preparer":
        return holders(Role.PREPARER, organisation_ids={case.applicant_id})
    if party == "reviewer":
        return holders(Role.REVIEWER, organisation_ids={case.applicant_id})
    if party == "authority":
        own = set(case.district.authorities.values_list("pk", flat=True))
        own |= set(case.district.authorities.exclude(bodies=None).values_list("bodies", flat=True))
        return holders(Role.AUTHORITY, organisation_ids=own)
    return holders(CITY_SEATS[party])


def notify_of(
    case: Case, receivers: Iterable[User], *, key: str, words: str, body: str = "", page: str = "", kind: Message = Message.CASE_TODO
) -> None:
    """Send one message with number and name of the case, ``words`` and a link. Once per ``key`` and receiver."""
    notify(
        kind=kind,
        key=key,
        receivers=receivers,
        title=f"{case.number or ''} {case}：{words}".strip()[:200],
        body=body,
        link=page or reverse("approvals:case", args=[case.pk]),
        demo=case.is_demo,
    )
