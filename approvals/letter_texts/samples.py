"""Registry of what a wording of reminders is tried on: matters of the apps above, with the message as it would read."""

from dataclasses import dataclass
from typing import Protocol

from greendistrict.accounts.models import User
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class TriedMessage:
    """A reminder with a wording on trial: whom it is about, subject and text."""

    about: str
    subject: str
    text: str


class MessageSamples(Protocol):
    """Matters on which reminders are tried."""

    def choices(self, user: User, key: str) -> list[tuple[str, str]]:
        """Matters in the person's sight that have this text, by key."""

    def tried(self, user: User, key: str, text: str, matter: str) -> TriedMessage | None:
        """The reminder of a matter in this wording; nothing of the kind is stored or sent."""


_samples: Registry[MessageSamples] = Registry("matters on which reminders are tried")


def register(samples: MessageSamples) -> None:
    """Register where matters come from; called when the apps are ready."""
    _samples.register("samples", samples)


def message_samples() -> MessageSamples:
    """Where matters come from."""
    return _samples.by_key["samples"]
