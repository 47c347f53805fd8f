"""Permissions on events."""

from django.db.models import Model

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from outreach.exchange.enums import EventState
from outreach.exchange.models import EventSignUp, ExchangeEvent


def organises(user: User, event: ExchangeEvent | None = None) -> bool:
    """The city organises exchange (九): its 经办."""
    del event
    return posts_of(user).has(Role.CITY_OFFICER)


def may_write(user: User, event: ExchangeEvent) -> bool:
    """The organiser, while the event is a draft."""
    return event.status == EventState.DRAFT and organises(user)


def may_drop(user: User, event: ExchangeEvent) -> bool:
    """The organiser, for an event that was never published; a published one can only be cancelled."""
    return not event.number and may_write(user, event)


def publishes(user: User, event: ExchangeEvent) -> bool:
    """The city's 经办 or 审核, but not the person who last edited it."""
    return posts_of(user).has(Role.CITY_OFFICER, Role.CITY_CHECKER) and event.written_by_id != user.pk


def may_add_file(user: User, event: Model) -> bool:
    """Upload rule of the file registry: the organiser, at any time unless the event was cancelled."""
    return isinstance(event, ExchangeEvent) and event.status != EventState.CANCELLED and organises(user)


def may_read_people(user: User) -> bool:
    """The city may see who signed up."""
    return bool(posts_of(user).roles & CITY)


def may_mark(user: User, event: ExchangeEvent) -> bool:
    """The organiser records attendance after the event until it is closed."""
    return event.status == EventState.HELD and organises(user)


def may_strike(user: User, sign_up: EventSignUp) -> bool:
    """The organiser may reject a sign-up before the event."""
    return sign_up.event.status == EventState.PUBLISHED and sign_up.withdrawn_at is None and organises(user)


def may_withdraw(user: User, sign_up: EventSignUp) -> bool:
    """The person who signed up, before the event."""
    return sign_up.person_id == user.pk and is_movable(sign_up)


def is_movable(sign_up: EventSignUp) -> bool:
    """Whether a sign-up may still be withdrawn: before the event, including while the event is being changed."""
    return sign_up.withdrawn_at is None and sign_up.event.status in {EventState.DRAFT, EventState.PUBLISHED}


def may_rate(sign_up: EventSignUp) -> bool:
    """Attendees may rate until the event is closed."""
    return sign_up.attended is True and sign_up.event.status == EventState.HELD
