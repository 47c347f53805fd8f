"""Registry of channels besides the inbox, and which of them a message uses for a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from greendistrict.accounts.models import User
from greendistrict.core.registry import Registry
from greendistrict.notifications.enums import FIXED, OUTSIDE, Channel, MessageGroup
from greendistrict.notifications.models import ChannelChoice, Delivery

# Used if the person made no choice.
DEFAULT_ON = frozenset({Channel.MAIL})
Choices = dict[tuple[str, str], bool]  # by group and channel


@dataclass(frozen=True)
class Attempt:
    """One attempt to deliver: number of earlier attempts that certainly failed, and whether one may have succeeded."""

    refused: int = 0
    repeated: bool = False


class MessageTransport(Protocol):
    """Sends messages through one channel."""

    def is_connected(self) -> bool:
        """Whether this installation has the channel; otherwise it is not offered."""

    def address(self, user: User) -> str:
        """The person's address in the channel; empty if there is none."""

    def send(self, delivery: Delivery, attempt: Attempt) -> None:
        """Send one message; a repetition has the same ``delivery.pk``.

        Raises ``NotTaken`` if it certainly did not arrive, ``Undeliverable`` if it never will; after other errors the outcome is unknown.
        """


_transports: Registry[MessageTransport] = Registry(
    "channels of messages",
    entry="a channel outside the inbox: whether this installation has it, where a person is reached, how one message is carried",
)


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
    """Channels besides the inbox used for messages of the group, by the person's choices."""
    reached = [channel for channel in connected() if transport_of(channel).address(user)]
    return [channel for channel in reached if takes(group, channel, chosen)]


def takes(group: MessageGroup, channel: Channel, chosen: Choices) -> bool:
    """Whether messages of the group use the channel, by these choices; legal notices and account notices use every channel."""
    return group in FIXED or chosen.get((group.value, channel.value), channel in DEFAULT_ON)
