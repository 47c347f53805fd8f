"""The channels besides the inbox, and which of them a message uses for a person."""

from collections.abc import Mapping

from greendistrict.accounts.models import User
from greendistrict.notifications.channels import Choices, MessageTransport, takes
from greendistrict.notifications.enums import OUTSIDE, Channel, MessageGroup
from greendistrict.notifications.gateway import Sms, Wecom
from greendistrict.notifications.mail import Mail

TRANSPORTS: Mapping[str, MessageTransport] = {Channel.MAIL: Mail(), Channel.SMS: Sms(), Channel.WECOM: Wecom()}


def connected() -> list[Channel]:
    """Channels outside the inbox that this installation has, in their order."""
    return [channel for channel in OUTSIDE if TRANSPORTS[channel].is_connected()]


def states() -> list[tuple[Channel, bool]]:
    """Every channel outside the inbox with whether this installation has it."""
    own = connected()
    return [(channel, channel in own) for channel in OUTSIDE]


def channels_of(user: User, group: MessageGroup, chosen: Choices) -> list[Channel]:
    """Channels besides the inbox used for messages of the group, by the person's choices."""
    reached = [channel for channel in connected() if TRANSPORTS[channel].address(user)]
    return [channel for channel in reached if takes(group, channel, chosen)]
