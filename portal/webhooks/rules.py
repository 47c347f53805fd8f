"""Permissions: who registers webhooks, and for which events."""

from greendistrict.accounts.selectors import HeldPosts
from outreach.opinions.rules import may_read_opinions
from portal.tokens.rules import runs_systems
from portal.webhooks.models import WebhookEvent


def may_hold_webhook(held: HeldPosts) -> bool:
    """City and partners, and editors of a district; the content sent is what an API token of theirs can read."""
    return runs_systems(held)


def events_open_to(held: HeldPosts) -> tuple[WebhookEvent, ...]:
    """Event kinds the person can subscribe to; whether a single object is visible is checked again on sending."""
    return tuple(one for one in WebhookEvent if one is not WebhookEvent.OPINION_ANSWERED or may_read_opinions(held))
