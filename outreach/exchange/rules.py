"""Permissions on events."""

from django.db.models import Model

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.selectors import HeldPosts
from outreach.exchange.models import NOT_YET_HELD, EventSignUp, EventState, ExchangeEvent


def organises(held: HeldPosts, event: ExchangeEvent | None = None) -> bool:
    """The city organises exchange (九): its 经办."""
    del event
    return held.has(Role.CITY_OFFICER)


def may_write(held: HeldPosts, event: ExchangeEvent) -> bool:
    """The organiser, while the event is a draft."""
    return event.status == EventState.DRAFT and organises(held)


def may_drop(held: HeldPosts, event: ExchangeEvent) -> bool:
    """The organiser, for an event that was never published; a published one can only be cancelled."""
    return not event.number and may_write(held, event)


def publishes(held: HeldPosts, event: ExchangeEvent) -> bool:
    """The city's 经办 or 审核, but not the person who last edited it."""
    return held.has(Role.CITY_OFFICER, Role.CITY_CHECKER) and event.written_by_id != held.person


def may_add_file(held: HeldPosts, event: Model) -> bool:
    """Upload rule of the file registry: the organiser, at any time unless the event was cancelled."""
    return isinstance(event, ExchangeEvent) and event.status != EventState.CANCELLED and organises(held)


def may_read_people(held: HeldPosts) -> bool:
    """The city may see who signed up."""
    return bool(held.roles & CITY)


def may_mark(held: HeldPosts, event: ExchangeEvent) -> bool:
    """The organiser records attendance after the event until it is closed."""
    return event.status == EventState.HELD and organises(held)


def may_strike(held: HeldPosts, sign_up: EventSignUp) -> bool:
    """The organiser may reject a sign-up before the event."""
    return sign_up.event.status == EventState.PUBLISHED and sign_up.withdrawn_at is None and organises(held)


def may_withdraw(held: HeldPosts, sign_up: EventSignUp) -> bool:
    """The person who signed up, before the event."""
    return sign_up.person_id == held.person and is_movable(sign_up)


def is_movable(sign_up: EventSignUp) -> bool:
    """Whether a sign-up may still be withdrawn: before the event, including while the event is being changed."""
    return sign_up.withdrawn_at is None and sign_up.event.status in NOT_YET_HELD


def may_rate(sign_up: EventSignUp) -> bool:
    """Attendees may rate until the event is closed."""
    return sign_up.attended is True and sign_up.event.status == EventState.HELD
