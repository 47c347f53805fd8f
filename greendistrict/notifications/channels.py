"""What a channel besides the inbox does, and which of them a person chose."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from greendistrict.accounts.models import User
from greendistrict.notifications.enums import FIXED, Channel, MessageGroup
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


def choices_of(users: Iterable[User]) -> dict[int, Choices]:
    """What these people chose, by person; one query."""
    choices: dict[int, Choices] = {}
    rows = ChannelChoice.objects.filter(user__in=[user.pk for user in users])
    for user, group, channel, is_on in rows.values_list("user", "group", "channel", "is_on"):
        choices.setdefault(user, {})[group, channel] = is_on
    return choices


def takes(group: MessageGroup, channel: Channel, chosen: Choices) -> bool:
    """Whether messages of the group use the channel, by these choices; legal notices and account notices use every channel."""
    return group in FIXED or chosen.get((group.value, channel.value), channel in DEFAULT_ON)
