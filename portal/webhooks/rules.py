"""Who registers addresses, and for which events."""

from greendistrict.accounts.models import User
from outreach.opinions.rules import may_read_opinions
from portal.tokens.rules import runs_systems
from portal.webhooks.models import WebhookEvent


def may_hold_webhook(user: User) -> bool:
    """City and partner seats, and who fills in for a district; what is sent is what a token of theirs reads."""
    return user.is_active and runs_systems(user)


def events_open_to(user: User) -> tuple[WebhookEvent, ...]:
    """Events of what this person may see at all; each single one is looked at again when it is sent."""
    return tuple(one for one in WebhookEvent if one is not WebhookEvent.OPINION_ANSWERED or may_read_opinions(user))
