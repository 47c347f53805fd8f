"""Registry for previews of reminder texts: objects of apps on higher layers, with the reminder as it would read."""

from dataclasses import dataclass
from typing import Protocol

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class TriedMessage:
    """A reminder generated with a proposed wording: receiver, subject and text."""

    about: str
    subject: str
    text: str


class MessageSamples(Protocol):
    """Source of the objects for which reminders are previewed."""

    def choices(self, viewer: Viewer, key: str) -> list[tuple[str, str]]:
        """Objects visible to the person whose reminders use this text block, as (key, label)."""

    def tried(self, viewer: Viewer, key: str, text: str, matter: str) -> TriedMessage | None:
        """The reminder about an object with the proposed wording, or None; nothing is stored or sent."""


_samples: Registry[MessageSamples] = Registry(
    "matters on which reminders are tried", entry="matters on which a wording of reminders is tried"
)


def register(samples: MessageSamples) -> None:
    """Register the source of objects; called when the apps are ready."""
    _samples.register("samples", samples)


def message_samples() -> MessageSamples:
    """The registered source of objects."""
    return _samples.by_key["samples"]
