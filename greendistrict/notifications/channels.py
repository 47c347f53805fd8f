"""Registry of channels outside the inbox, and which of them a message takes to a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from greendistrict.accounts.models import User
from greendistrict.core.registry import Registry
from greendistrict.notifications.enums import FIXED, OUTSIDE, Channel, MessageGroup
from greendistrict.notifications.models import ChannelChoice, Delivery

# Taken where the person chose nothing.
DEFAULT_ON = frozenset({Channel.MAIL})
Choices = dict[tuple[str, str], bool]  # by group and channel


@dataclass(frozen=True)
class Attempt:
    """One attempt to deliver: how many before it surely did not arrive, and whether one may have arrived."""

    refused: int = 0
    repeated: bool = False


class MessageTransport(Protocol):
    """Carries messages through one channel."""

    def is_connected(self) -> bool:
        """Whether this installation has the channel; one that is not connected is not offered."""

    def address(self, user: User) -> str:
        """Where the person is reached; empty for nowhere."""

    def send(self, delivery: Delivery, attempt: Attempt) -> None:
        """Carry one message; a repetition has the same ``delivery.pk``.

        Raises ``NotTaken`` where it surely did not arrive, ``Undeliverable`` where it never will; after any other error nobody knows.
        """


_transports: Registry[MessageTransport] = Registry("channels of messages")


def register(channel: Channel, transport: MessageTransport) -> None:
    """Register the transport of a channel."""
    _transports.register(channel.value, transport)


def transport_of(channel: str) -> MessageTransport:
    """MessageTransport of a channel."""
    return _transports.by_key[channel]


def connected() -> list[Channel]:
    """Channels outside the inbox that this installation has, in their order."""
    known = _transports.by_key
    return [channel for channel in OUTSIDE if channel.value in known and known[channel.value].is_connected()]


def states() -> list[tuple[Channel, bool]]:
    """Every channel outside the inbox with whether this installation has it."""
    own = connected()
    return [(channel, channel in own) for channel in OUTSIDE]


def choices_of(users: Iterable[User]) -> dict[int, Choices]:
    """What these people chose, by person; one query."""
    found: dict[int, Choices] = {}
    rows = ChannelChoice.objects.filter(user__in=[user.pk for user in users])
    for user, group, channel, is_on in rows.values_list("user", "group", "channel", "is_on"):
        found.setdefault(user, {})[group, channel] = is_on
    return found


def channels_of(user: User, group: MessageGroup, chosen: Choices) -> list[Channel]:
    """Channels outside the inbox that a message of the group takes to the person, by what they chose."""
    reached = [channel for channel in connected() if transport_of(channel).address(user)]
    return [channel for channel in reached if takes(group, channel, chosen)]


def takes(group: MessageGroup, channel: Channel, chosen: Choices) -> bool:
    """Whether messages of the group go through the channel by these choices; legal notices and news on the account go through every one."""
    return group in FIXED or chosen.get((group.value, channel.value), channel in DEFAULT_ON)
